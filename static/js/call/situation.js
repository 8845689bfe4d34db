// @ts-check
/** @typedef {import("./states.js").State} State */
/** @typedef {(name: string, values?: Record<string, string | number>) => string} Texts */

/** Longer than this and we say that it is taking long, milliseconds. */
const SLOW_AFTER_MS = 8_000;

/** Ends that have words of their own; the words of any other are those of `closed`. */
const ENDINGS = new Set(["replaced", "removed", "refused", "ended"]);

/** What is happening, in words in the middle of the stage; nothing once people see each other. */
export class Situation {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #slow;
  #root;
  #texts;

  /**
   * @param {HTMLElement} root a `.app-visio`
   * @param {Texts} texts
   */
  constructor(root, texts) {
    this.#root = root;
    this.#texts = texts;
  }

  /**
   * Show a state; `gone` names the people who have just left. Returns the words to announce.
   *
   * @param {State} state
   * @param {{reason?: string, gone?: string}} [about]
   * @returns {string}
   */
  show(state, { reason = "", gone = "" } = {}) {
    clearTimeout(this.#slow);
    this.#root.dataset.state = state;
    const failed = state === "failed";
    this.#reveal('[data-action="retry"]', failed);
    this.#reveal('[data-part="phone"]', failed);
    const [title, detail] = this.#words(state, reason, gone);
    this.#write("title", title);
    this.#write("detail", detail);
    if (state === "joining" || state === "reconnecting") {
      this.#slow = setTimeout(
        () => this.#write("detail", this.#texts("slow_detail")),
        SLOW_AFTER_MS,
      );
    }
    return title;
  }

  disconnect() {
    clearTimeout(this.#slow);
  }

  /**
   * @param {State} state
   * @param {string} reason
   * @param {string} gone
   * @returns {[string, string]}
   */
  #words(state, reason, gone) {
    const texts = this.#texts;
    if (state === "waiting" && gone) return [texts("gone", { name: gone }), texts("gone_detail")];
    if (state === "ended") return this.#ending(reason);
    if (state === "idle" || state === "connected") return ["", ""];
    return [texts(state), texts(`${state}_detail`)];
  }

  /**
   * @param {string} reason
   * @returns {[string, string]}
   */
  #ending(reason) {
    if (reason === "left") return [this.#texts("left"), ""];
    if (ENDINGS.has(reason)) return [this.#texts(reason), this.#texts(`${reason}_detail`)];
    return [this.#texts("closed"), ""];
  }

  /**
   * @param {string} selector
   * @param {boolean} shown
   */
  #reveal(selector, shown) {
    const element = this.#root.querySelector(selector);
    if (element instanceof HTMLElement) element.hidden = !shown;
  }

  /**
   * @param {string} part
   * @param {string} words
   */
  #write(part, words) {
    const element = this.#root.querySelector(`[data-part="${part}"]`);
    if (element) element.textContent = words;
  }
}
