// @ts-check
import { detailOf } from "../lib/events.js";
import { PeerLink } from "./peer-link.js";
import { requestOffer, sendAnswer } from "./signals.js";

/** The plane ends a prejoin after 30 s, milliseconds. */
export const GOOD_FOR_MS = 25_000;

/**
 * A connection that can be taken: its offer, and the plane's messages on it so far.
 * @typedef {object} MadeConnection
 * @property {import("./messages.js").OfferAnswer} offer
 * @property {PeerLink} link
 * @property {object[]} heard details of its `message` events, until it is taken
 * @property {AbortController} listening stops the collection of `heard`
 */

/**
 * Makes a connection before the person presses the button (decision 0095). Until they do, it sends
 * no media and the others do not learn of it; pressing the button then needs no handshake. A
 * connection that is not taken is closed.
 */
export class Prejoin {
  /** @type {Promise<MadeConnection | null> | null} */ #made = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #lapsing;
  #options;

  /**
   * @param {import("./signals.js").MediaRoutes & {
   *   RTCPeerConnection?: typeof globalThis.RTCPeerConnection
   * }} options
   */
  constructor(options) {
    this.#options = options;
  }

  /** Connect now, unless that was done a moment ago. */
  ask() {
    if (this.#made) return;
    // Entering asks the server again, and shows what is wrong.
    this.#made = this.#make().catch(() => null);
    this.#lapsing = setTimeout(() => this.drop(), GOOD_FOR_MS);
  }

  /** Enter at once when the button is pressed, while the page still loads the call's step. */
  enter() {
    void this.#made?.then((prejoin) => prejoin?.link.enter());
  }

  /**
   * Return the connection, once; null when there is none that works.
   * @returns {Promise<MadeConnection | null>}
   */
  async take() {
    const made = this.#forget();
    const prejoin = await made;
    // From here on the caller listens to its messages.
    prejoin?.listening.abort();
    if (prejoin?.link.isSteady) return prejoin;
    prejoin?.link.close();
    return null;
  }

  /** Close it: it will not be taken. */
  drop() {
    void this.#forget()?.then((prejoin) => prejoin?.link.close());
  }

  #forget() {
    const made = this.#made;
    this.#made = null;
    clearTimeout(this.#lapsing);
    return made;
  }

  /** @returns {Promise<MadeConnection>} */
  async #make() {
    const offer = await requestOffer(this.#options, { ahead: true });
    const link = new PeerLink({ ...this.#options, iceServers: offer.ice_servers });
    /** @type {object[]} */
    const heard = [];
    const listening = new AbortController();
    const { signal } = listening;
    link.addEventListener("message", (event) => heard.push(detailOf(event)), { signal });
    try {
      const answer = { peer: offer.peer, sdp: await link.answer(offer.sdp, {}) };
      await sendAnswer(this.#options, answer);
    } catch (error) {
      link.close();
      throw error;
    }
    return { offer, link, heard, listening };
  }
}
