// @ts-check
const KEEP = "guichet.shortcuts";
const WRITING = "input, select, textarea, [contenteditable]";

/**
 * M, V and H on a keyboard. They can be switched off (WCAG 2.1.4): speech input may press letters
 * that the person did not mean.
 */
export class Shortcuts {
  #actions;
  #choice;

  /**
   * @param {Record<string, () => void>} actions by key, in lower case
   * @param {HTMLInputElement} choice the tick box that says whether keys count
   */
  constructor(actions, choice) {
    this.#actions = actions;
    this.#choice = choice;
  }

  connect() {
    this.#choice.checked = remembered() !== "off";
    this.#choice.addEventListener("change", this.#chosen);
    document.addEventListener("keydown", this.#pressed);
  }

  disconnect() {
    this.#choice.removeEventListener("change", this.#chosen);
    document.removeEventListener("keydown", this.#pressed);
  }

  #chosen = () => remember(this.#choice.checked ? "on" : "off");

  #pressed = (/** @type {KeyboardEvent} */ event) => {
    if (!this.#choice.checked || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest?.(WRITING) || document.querySelector("dialog[open]")) return;
    const action = this.#actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  };
}

// Storage may be forbidden; the choice then lasts as long as the page.
function remembered() {
  try {
    return localStorage.getItem(KEEP);
  } catch {
    return null;
  }
}

/** @param {string} value */
function remember(value) {
  try {
    localStorage.setItem(KEEP, value);
  } catch {
    // See above.
  }
}
