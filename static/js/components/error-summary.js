// @ts-check
/** Takes people straight to what is to be corrected when a form comes back. */

export class ErrorSummary {
  #element;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  connect() {
    this.#element.addEventListener("click", this.#goToField);
    this.#element.focus();
  }

  disconnect() {
    this.#element.removeEventListener("click", this.#goToField);
  }

  // The browser would only scroll there; the caret has to follow.
  #goToField = (/** @type {MouseEvent} */ event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    const field = document.getElementById(link?.hash.slice(1) ?? "");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  };
}
