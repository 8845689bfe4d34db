// @ts-check
/** Shows the fields that the chosen channel needs; the others stay filled. */

export class ChannelFields {
  #element;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  connect() {
    this.#element.addEventListener("change", this.#show);
    this.#show();
  }

  disconnect() {
    this.#element.removeEventListener("change", this.#show);
    for (const part of this.#parts) part.hidden = false;
  }

  /** @returns {NodeListOf<HTMLElement>} */
  get #parts() {
    return this.#element.querySelectorAll("[data-channel]");
  }

  #show = () => {
    /** @type {HTMLInputElement | null} */
    const chosen = this.#element.querySelector("input[name=channel]:checked");
    for (const part of this.#parts) part.hidden = part.dataset.channel !== chosen?.value;
  };
}
