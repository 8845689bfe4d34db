// @ts-check
/**
 * Copies a value or a text and says whether it worked (components/copy_field.html). What is copied
 * stands in `[data-copied]`: that attribute's value, or where it is empty the text itself.
 */

/** Milliseconds for which the result stays written. */
const SHOWN = 4000;

export class CopyField {
  #copied;
  #button;
  #result;
  #timer = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#copied = /** @type {HTMLElement} */ (element.querySelector("[data-copied]"));
    this.#button = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
    this.#result = /** @type {HTMLElement} */ (element.querySelector("[role=status]"));
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
      await navigator.clipboard.writeText(this.#copied.dataset.copied || (this.#copied.textContent ?? ""));
      this.#say(this.#result.dataset.done ?? "");
    } catch {
      // No clipboard without https, or it was refused: the text is shown and selected instead.
      this.#copied.closest("details")?.setAttribute("open", "");
      getSelection()?.selectAllChildren(this.#copied);
      this.#say(this.#result.dataset.failed ?? "");
    }
  };

  /** @param {string} words */
  #say(words) {
    clearTimeout(this.#timer);
    this.#result.textContent = words;
    this.#timer = setTimeout(() => (this.#result.textContent = ""), SHOWN);
  }
}
