// @ts-check
/** Copies a value and says whether it worked (components/copy_field.html). */

/** Milliseconds for which the result stays written. */
const SHOWN = 4000;

export class CopyField {
  #value;
  #button;
  #result;
  #timer = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#value = /** @type {HTMLOutputElement} */ (element.querySelector("output"));
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
      await navigator.clipboard.writeText(this.#value.dataset.value ?? "");
      this.#say(this.#result.dataset.done ?? "");
    } catch {
      // No clipboard without https, or it was refused: the text is selected instead.
      getSelection()?.selectAllChildren(this.#value);
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
