// @ts-check
import { command } from "./signals.js";

/** The plane keeps an offer for 30 s, and the answer must be there well before. */
export const GOOD_FOR_MS = 15_000;

/**
 * The plane's offer, asked for while somebody is still on their way to the button, or their camera
 * opens: a round trip less between the press and the picture. One that is not taken lapses by
 * itself, and nobody sees anything of it.
 */
export class OfferAhead {
  /** @type {Promise<import("./signals.js").OfferAnswer | null> | null} */ #offer = null;
  #askedAt = 0;
  #options;

  /**
   * @param {object} options
   * @param {string} options.offerUrl
   * @param {string} options.csrfToken
   * @param {typeof globalThis.fetch} [options.fetch]
   */
  constructor(options) {
    this.#options = options;
  }

  get #isGood() {
    return this.#offer !== null && Date.now() - this.#askedAt < GOOD_FOR_MS;
  }

  /** Ask now, unless there is one that is still good. */
  ask() {
    if (this.#isGood) return;
    this.#askedAt = Date.now();
    // Whoever enters asks again, and is told what is wrong.
    this.#offer = command(this.#options.offerUrl, {}, this.#options).catch(() => null);
  }

  /**
   * Return the offer, once; null when there is none that is good.
   * @returns {Promise<import("./signals.js").OfferAnswer | null>}
   */
  async take() {
    const offer = this.#isGood ? this.#offer : null;
    this.#offer = null;
    return offer;
  }
}
