// @ts-check
/**
 * Makes a part of the page like a freshly drawn one while somebody uses it: what is the same stays
 * the same element, so the caret, what is being typed and what was opened are left alone.
 */

/** What the server last said of each <details>: only a change of its mind opens one. */
const serverOpen = new WeakMap();

/**
 * @param {Element} from what is on the page
 * @param {Element} to what it should look like
 */
export function morph(from, to) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  morphChildren(from, to);
  if (focused && focused !== document.activeElement && from.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * @param {Element} from
 * @param {Element} to
 */
function morphChildren(from, to) {
  let here = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const same = findSame(here, wanted, from);
    if (!same) {
      from.insertBefore(document.importNode(wanted, true), here);
      continue;
    }
    if (same === here) here = here.nextSibling;
    else from.insertBefore(same, here);
    if (same instanceof Element && wanted instanceof Element) morphElement(same, wanted);
    else if (same.nodeValue !== wanted.nodeValue) same.nodeValue = wanted.nodeValue;
  }
  while (here) {
    const next = here.nextSibling;
    here.remove();
    here = next;
  }
}

/**
 * Find, from `here` on, the node that `wanted` should become: the one with its id, or else the
 * next one of the same kind that has no id.
 * @param {ChildNode | null} here
 * @param {ChildNode} wanted
 * @param {Element} parent
 * @returns {ChildNode | null}
 */
function findSame(here, wanted, parent) {
  const id = wanted instanceof Element ? wanted.id : "";
  if (id) {
    const known = document.getElementById(id);
    return known && known.parentNode === parent ? known : null;
  }
  for (let node = here; node; node = node.nextSibling) {
    if (node instanceof Element && node.id) continue;
    return node.nodeName === wanted.nodeName ? node : null;
  }
  return null;
}

/**
 * @param {Element} from
 * @param {Element} to
 */
function morphElement(from, to) {
  syncAttributes(from, to);
  // What a person types into belongs to them.
  if (from instanceof HTMLTextAreaElement || from instanceof HTMLInputElement) return;
  morphChildren(from, to);
}

/**
 * @param {Element} from
 * @param {Element} to
 */
function syncAttributes(from, to) {
  if (from instanceof HTMLDetailsElement) syncOpen(from, to.hasAttribute("open"));
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

/**
 * @param {HTMLDetailsElement} details
 * @param {boolean} wanted
 */
function syncOpen(details, wanted) {
  const before = serverOpen.get(details) ?? details.open;
  if (wanted && !before) details.open = true;
  serverOpen.set(details, wanted);
}
