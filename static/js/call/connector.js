// @ts-check
import { RequestError } from "../lib/http.js";
import { Patience } from "./patience.js";
import { PeerLink } from "./peer-link.js";
import { isFinal, leave, requestOffer, sendAnswer } from "./signals.js";

/** @typedef {import("./prejoin.js").Prejoin} Prejoin */
/** @typedef {import("./media-lines.js").Tracks} Tracks */

/**
 * `prejoin` may hold the first connection already.
 * @typedef {import("./signals.js").MediaRoutes & {
 *   prejoin?: Prejoin, RTCPeerConnection?: typeof globalThis.RTCPeerConnection
 * }} ConnectorOptions
 */

/**
 * Connects a participant, restarts ICE when the path is cut, makes a new connection when that does
 * not help, and goes on trying. Knows nothing of who else is in the call.
 */
export class Connector {
  /** @type {PeerLink | null} */ #link = null;
  /** @type {Patience | null} */ #patience = null;
  /** @type {Promise<void> | null} */ #asking = null;
  #peer = "";
  #isOver = false;
  #options;
  #tracks;
  #onLink;
  #onForeseen;
  #onTrouble;

  /**
   * @param {ConnectorOptions} options
   * @param {object} owner
   * @param {() => Tracks} owner.tracks what to send on a fresh connection
   * @param {(link: PeerLink) => void} owner.onLink a fresh connection is being made
   * @param {(slots: import("./messages.js").SlotEntry[]) => void} owner.onForeseen who will be seen
   *   there, known before anything flows
   * @param {(code: string) => void} owner.onTrouble a try has failed
   */
  constructor(options, { tracks, onLink, onForeseen, onTrouble }) {
    this.#options = options;
    this.#tracks = tracks;
    this.#onLink = onLink;
    this.#onForeseen = onForeseen;
    this.#onTrouble = onTrouble;
  }

  /** The present connection, whether packets arrive on it or not. */
  get link() {
    return this.#link;
  }

  /**
   * Enter the call, or enter it again.
   *
   * @returns {Promise<RequestError | null>} why it will not be, or null once inside (or closed)
   */
  async connect() {
    this.#isOver = false;
    const patience = (this.#patience = new Patience());
    for (;;) {
      await patience.pause();
      if (this.#isOver) return null;
      const problem = await this.#try();
      if (!problem || this.#isOver) return null;
      this.#onTrouble(problem.code);
      if (isFinal(problem)) return problem;
      if (patience.isOver) return new RequestError("call.lost");
    }
  }

  /**
   * Ask once for an offer. The server answers with another path for the present connection
   * (RFC 8445 §9: other addresses, the same keys) or, when that has ended, with a new one.
   *
   * @throws {RequestError} or anything else that went wrong
   */
  async renew() {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    await this.#asking;
  }

  /** Try again at once, as when the network has come back. */
  hurry() {
    this.#patience?.hurry();
  }

  /** Close the connection; `connect` makes a new one. */
  drop() {
    this.#link?.close();
    this.#link = null;
  }

  /** Close the connection and stop trying. */
  close() {
    this.#isOver = true;
    this.drop();
    this.hurry();
  }

  /** Tell the server that this page has left. */
  async sayGoodbye() {
    if (!this.#peer) return;
    await leave(this.#options, { peer: this.#peer });
  }

  /** @returns {Promise<RequestError | null>} what went wrong, if anything */
  async #try() {
    try {
      if (!this.#link?.isSteady) await this.renew();
      // A connection that was lost at once is made again like any other.
      const isThere = this.#isOver || this.#link?.isSteady;
      return isThere ? null : new RequestError("call.unreachable");
    } catch (error) {
      return error instanceof RequestError ? error : new RequestError("call.unreachable");
    }
  }

  /** @returns {Promise<void>} */
  async #ask() {
    const former = this.#link;
    const prejoin = former ? null : await this.#options.prejoin?.take();
    if (prejoin) return this.#enter(prejoin);
    const offer = await this.#askFor(former);
    if (this.#isOver) {
      this.#peer = offer.peer;
      return this.sayGoodbye();
    }
    if (!former || former !== this.#link || offer.peer !== this.#peer) return this.#open(offer);
    if (await this.#isMended(former, offer)) return;
    this.drop();
    return this.#ask();
  }

  /**
   * @param {PeerLink | null} former
   * @returns {Promise<import("./messages.js").OfferAnswer>}
   */
  #askFor(former) {
    const body = former ? { peer: this.#peer } : {};
    return requestOffer(this.#options, body);
  }

  /**
   * @param {PeerLink} link
   * @param {import("./messages.js").OfferAnswer} offer
   * @returns {Promise<boolean>} whether it carries again
   * @throws {RequestError} when nobody could be asked: it may still come back by itself
   */
  async #isMended(link, { peer, sdp, generation, ice_servers: iceServers = [] }) {
    try {
      link.useRelays(iceServers);
      const answer = { peer, generation, sdp: await link.answerAgain(sdp) };
      await sendAnswer(this.#options, answer);
      await link.steadied();
      return true;
    } catch (error) {
      if (error instanceof RequestError && !error.isRefusal) throw error;
      return false;
    }
  }

  /**
   * Enter by a connection made before the button was pressed.
   * @param {import("./prejoin.js").MadeConnection} prejoin
   */
  async #enter({ offer: { peer, slots = [] }, link, heard }) {
    this.#peer = peer;
    if (this.#isOver) {
      link.close();
      return this.sayGoodbye();
    }
    this.#link = link;
    link.enter();
    this.#onLink(link);
    const { audio = null, video = null } = this.#tracks();
    this.#onForeseen(slots);
    for (const detail of heard) link.dispatchEvent(new CustomEvent("message", { detail }));
    try {
      await Promise.all([link.replaceTrack("audio", audio), link.replaceTrack("video", video)]);
      await link.inside;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** @param {import("./messages.js").OfferAnswer} offer */
  async #open({ peer, sdp, slots = [], ice_servers: iceServers }) {
    this.drop();
    this.#peer = peer;
    const link = new PeerLink({ ...this.#options, iceServers });
    this.#link = link;
    this.#onLink(link);
    try {
      const answer = { peer, sdp: await link.answer(sdp, this.#tracks()) };
      const taken = sendAnswer(this.#options, answer);
      this.#onForeseen(slots);
      await taken;
      await link.inside;
    } catch (error) {
      this.drop();
      throw error;
    }
  }
}
