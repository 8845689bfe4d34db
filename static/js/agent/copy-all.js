// @ts-check
/** Copies the whole invitation, in the citizen's language, and says whether it worked. */

/** Milliseconds for which the result stays written. */
const SHOWN_MS = 4000;

export class CopyAll {
  #button;
  #result;
  #text;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#button = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
    this.#result = /** @type {HTMLElement} */ (element.querySelector("[role=status]"));
    this.#text = /** @type {HTMLElement} */ (element.querySelector("#ready-text"));
  }

  connect() {
    this.#button.hidden = false;
    this.#button.addEventListener("click", this.#copy);
  }

  disconnect() {
    this.#button.hidden = true;
    this.#button.removeEventListener("click", this.#copy);
    clearTimeout(this.#timer);
  }

  #copy = async () => {
    try {
      await navigator.clipboard.writeText(this.#text.textContent ?? "");
      this.#say(this.#result.dataset.done ?? "");
    } catch {
      // No clipboard without https, or it was refused: the text is shown and selected instead.
      this.#text.closest("details")?.setAttribute("open", "");
      getSelection()?.selectAllChildren(this.#text);
      this.#say(this.#result.dataset.failed ?? "");
    }
  };

  /** @param {string} words */
  #say(words) {
    clearTimeout(this.#timer);
    this.#result.textContent = words;
    this.#timer = setTimeout(() => (this.#result.textContent = ""), SHOWN_MS);
  }
}
