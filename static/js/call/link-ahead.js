// @ts-check
import { detailOf } from "../lib/events.js";
import { PeerLink } from "./peer-link.js";
import { requestOffer, sendAnswer } from "./signals.js";

/** The plane lets nobody wait at its door for more than 30 s. */
export const GOOD_FOR_MS = 25_000;

/**
 * What was made: the offer, the connection, and what the plane has said on it so far.
 * @typedef {object} Ahead
 * @property {import("./messages.js").OfferAnswer} offer
 * @property {PeerLink} link
 * @property {object[]} heard details of its `message` events, until it was taken
 * @property {AbortController} listening ends that
 */

/**
 * A connection made while somebody is still on their way to the button: it waits at the plane's
 * door, sends nothing, and nobody sees anything of it (decision 0095). Pressing the button then
 * costs no handshake. One that is not taken is dropped.
 */
export class LinkAhead {
  /** @type {Promise<Ahead | null> | null} */ #made = null;
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
    // Whoever enters asks again, and is told what is wrong.
    this.#made = this.#make().catch(() => null);
    this.#lapsing = setTimeout(() => this.drop(), GOOD_FOR_MS);
  }

  /** The button is pressed: come in, while the page still makes the place for it. */
  enter() {
    void this.#made?.then((ahead) => ahead?.link.enter());
  }

  /**
   * Return the connection, once; null when there is none that is good.
   * @returns {Promise<Ahead | null>}
   */
  async take() {
    const made = this.#forget();
    const ahead = await made;
    // From here on whoever takes it listens.
    ahead?.listening.abort();
    if (ahead?.link.isSteady) return ahead;
    ahead?.link.close();
    return null;
  }

  /** Nobody will take it. */
  drop() {
    void this.#forget()?.then((ahead) => ahead?.link.close());
  }

  #forget() {
    const made = this.#made;
    this.#made = null;
    clearTimeout(this.#lapsing);
    return made;
  }

  /** @returns {Promise<Ahead>} */
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
