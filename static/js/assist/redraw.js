// @ts-check
/**
 * Makes a part of the page like a freshly drawn one while somebody uses it. idiomorph keeps what is
 * the same; here is what belongs to the person: the focus, what they type and what they opened.
 */
import { Idiomorph } from "../../vendor/idiomorph.esm.min.js";

/** Whether the server last wanted each <details> open: only a change of that opens one. */
const openOnServer = new WeakMap();

/**
 * @param {Element} element what is on the page
 * @param {string} html what should be in it
 */
export function redraw(element, html) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  Idiomorph.morph(element, html, {
    morphStyle: "innerHTML",
    // It would bring back inputs only, and scroll to them.
    restoreFocus: false,
    callbacks: { beforeNodeMorphed, beforeAttributeUpdated: (name) => name !== "open" },
  });
  if (focused && focused !== document.activeElement && element.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * @param {Node} node
 * @param {Node} wanted
 * @returns {boolean} false leaves the node as it is
 */
function beforeNodeMorphed(node, wanted) {
  if (node instanceof HTMLDetailsElement && wanted instanceof Element) {
    followServer(node, wanted.hasAttribute("open"));
  }
  // What a person types into belongs to them; a hidden input belongs to the server.
  return !(node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && node.type !== "hidden"));
}

/**
 * @param {HTMLDetailsElement} details
 * @param {boolean} isWantedOpen
 */
function followServer(details, isWantedOpen) {
  const before = openOnServer.get(details) ?? details.open;
  if (isWantedOpen && !before) details.open = true;
  openOnServer.set(details, isWantedOpen);
}
