// @ts-check
/** The parts and the controls of a call's element, by the names call_view.html gives them. */
export class Parts {
  #root;

  /** @param {HTMLElement} root a `.app-visio` */
  constructor(root) {
    this.#root = root;
  }

  /**
   * @param {string} name
   * @param {string} [inside]
   */
  part(name, inside = "") {
    return this.#found(`[data-part="${name}"] ${inside}`);
  }

  /** @param {string} name */
  action(name) {
    return this.#found(`[data-action="${name}"]`);
  }

  /**
   * @param {string} selector
   * @returns {HTMLElement}
   */
  #found(selector) {
    const element = this.#root.querySelector(selector);
    if (!(element instanceof HTMLElement)) throw new RangeError(`no ${selector} in the call`);
    return element;
  }
}
