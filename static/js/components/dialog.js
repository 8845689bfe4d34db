// @ts-check
/** Opens a native <dialog> from any element marked data-opens="<its id>". */

export class Dialog {
  #dialog;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
  }

  connect() {
    document.addEventListener("click", this.#openWhenAsked);
  }

  disconnect() {
    document.removeEventListener("click", this.#openWhenAsked);
    this.#dialog.close();
  }

  #openWhenAsked = (/** @type {MouseEvent} */ event) => {
    const asked = /** @type {Element} */ (event.target).closest(`[data-opens="${this.#dialog.id}"]`);
    if (asked) {
      event.preventDefault();
      this.#dialog.showModal();
    }
  };
}
