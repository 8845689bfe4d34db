// @ts-check
import { LinkWatch } from "./link-watch.js";
import { MediaLines } from "./media-lines.js";
import { CONTROL } from "./signals.js";

/** @typedef {import("./media-lines.js").Tracks} Tracks */
/** @typedef {import("./messages.js").PlaneMessage} PlaneMessage */

/** From the offer to an open control channel, milliseconds; if it takes longer the path does not work. */
export const CONNECTED_WITHIN_MS = 10_000;

/** From our `enter` to the plane's first layout, milliseconds; if it takes longer the path is cut. */
export const ENTERED_WITHIN_MS = 3_000;

/** From the answer to a restart until something arrives, milliseconds; after that a new connection is quicker. */
export const STEADY_WITHIN_MS = 3_000;

/** Enough for a face at 960 x 540, and little enough for a village's DSL, bit/s. */
export const VIDEO_BITRATE = 600_000;

/**
 * One connection to the plane, from the offer to its end; once lost it cannot be used again.
 *
 * Events: `message` (a {@link PlaneMessage} in `detail`), `open` (the control channel can be used),
 * `shaken` (the path may be cut; `detail.reason` as in {@link LinkWatch}), `steady` (packets arrive
 * again), `lost` (`detail.reason`: `failed`, `timeout`, `closed`, or that of the plane's `bye`).
 */
export class PeerLink extends EventTarget {
  /** @type {RTCPeerConnection} */ #connection;
  /** @type {RTCDataChannel} */ #channel;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #watchdog;
  /** @type {() => void} */ #arrive = () => {};
  /** @type {(problem: Error) => void} */ #fail = () => {};
  /** @type {Promise<unknown>} */ #negotiating = Promise.resolve();
  #listening = new AbortController();
  #lines;
  #watch;
  #over = false;
  #isEntering = false;

  /**
   * @param {object} [options]
   * @param {typeof globalThis.RTCPeerConnection} [options.RTCPeerConnection]
   * @param {RTCIceServer[]} [options.iceServers] relays, for networks that let no UDP through
   * @param {number} [options.videoBitrate] bit/s
   */
  constructor({
    RTCPeerConnection = globalThis.RTCPeerConnection,
    iceServers = [],
    videoBitrate = VIDEO_BITRATE,
  } = {}) {
    super();
    /**
     * Resolves with the plane's first layout; rejects when that cannot come any more.
     * @type {Promise<void>}
     */
    this.inside = new Promise((resolve, reject) => {
      this.#arrive = resolve;
      this.#fail = reject;
    });
    this.inside.catch(() => {});
    this.#connection = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#lines = new MediaLines(this.#connection, videoBitrate);
    this.#channel = this.#connection.createDataChannel(CONTROL.label, CONTROL);
    const { signal } = this.#listening;
    this.#watch = new LinkWatch(this.#connection);
    for (const type of ["shaken", "steady"]) {
      this.#watch.addEventListener(type, (event) => this.#felt(event), { signal });
    }
    const look = (/** @type {any} */ { detail }) => this.#lines.look(detail.report);
    this.#watch.addEventListener("reading", look, { signal });
    this.#connection.addEventListener("connectionstatechange", () => this.#fell(), { signal });
    this.#channel.addEventListener("open", () => this.#opened(), { signal });
    this.#channel.addEventListener("close", () => this.#lose("closed"), { signal });
    this.#channel.addEventListener("message", (event) => this.#received(event.data), { signal });
    this.#watchdog = setTimeout(() => this.#lose("timeout"), CONNECTED_WITHIN_MS);
  }

  /**
   * Answer the plane's first offer and return the answer, to be sent at once: with an ICE-lite
   * plane our own candidates are not needed, so nothing is gathered first (RFC 8445 §2.5).
   *
   * @param {string} sdp
   * @param {Tracks} tracks
   * @returns {Promise<string>}
   */
  async answer(sdp, tracks) {
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
    await this.#lines.fill(tracks);
    await this.#connection.setLocalDescription();
    this.#lines.settle();
    return this.#connection.localDescription?.sdp ?? "";
  }

  /**
   * Answer a later offer: more m-lines, or an ICE restart. One at a time, in order of arrival.
   *
   * @param {string} sdp
   * @returns {Promise<string>}
   */
  answerAgain(sdp) {
    const answered = this.#negotiating.then(async () => {
      this.#watch.expectRestart();
      await this.#connection.setRemoteDescription({ type: "offer", sdp });
      await this.#lines.show();
      await this.#connection.setLocalDescription();
      this.#lines.settle();
      return this.#connection.localDescription?.sdp ?? "";
    });
    this.#negotiating = answered.catch(() => {});
    return answered;
  }

  /**
   * Gather through these relays from the next answer on: the former credentials may have expired.
   * @param {RTCIceServer[]} iceServers
   */
  useRelays(iceServers) {
    this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers });
  }

  /** Enter the call with a prejoin, as soon as the channel is open. */
  enter() {
    if (this.#isEntering) return;
    this.#isEntering = true;
    if (this.isOpen) this.#sayEnter();
  }

  /** Whether the control channel can be used. */
  get isOpen() {
    return this.#channel.readyState === "open";
  }

  /** Whether packets arrive on it, as far as is known. */
  get isSteady() {
    return !this.#over && !this.#watch.isShaken;
  }

  /** Resolves once it is steady; rejects when that takes too long or it is over. */
  async steadied() {
    const waiting = new AbortController();
    const { signal } = waiting;
    await new Promise((resolve, reject) => {
      if (this.isSteady) resolve(undefined);
      const timer = setTimeout(() => reject(new Error("not steady")), STEADY_WITHIN_MS);
      signal.addEventListener("abort", () => clearTimeout(timer));
      this.addEventListener("steady", resolve, { signal });
      this.addEventListener("lost", reject, { signal });
    }).finally(() => waiting.abort());
  }

  /**
   * Send another track of that kind from now on, or none.
   *
   * @param {"audio" | "video"} kind
   * @param {MediaStreamTrack | null} track
   */
  async replaceTrack(kind, track) {
    await this.#lines.replace(kind, track);
  }

  /**
   * Send a screen from now on, or none; where its m-line is missing, from the offer that brings it.
   * @param {MediaStreamTrack | null} track
   */
  async share(track) {
    await this.#lines.show(track);
  }

  /**
   * Send a message on the control channel; nothing happens while it is not open.
   * @param {import("./messages.js").BrowserMessage} message
   */
  say(message) {
    if (this.isOpen) this.#channel.send(JSON.stringify(message));
  }

  /**
   * Return the track we receive in an m-line.
   * @param {string} mid
   * @returns {MediaStreamTrack | null}
   */
  received(mid) {
    return this.#lines.received(mid);
  }

  /** @returns {Promise<RTCStatsReport>} */
  stats() {
    return this.#connection.getStats();
  }

  /** Close it without a message to the plane; no event follows. */
  close() {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#watchdog);
    this.#watch.disconnect();
    this.#listening.abort();
    this.#connection.close();
    this.#fail(new Error("closed"));
  }

  #opened() {
    clearTimeout(this.#watchdog);
    this.#watch.connect();
    if (this.#isEntering) this.#sayEnter();
    this.dispatchEvent(new Event("open"));
  }

  #sayEnter() {
    this.say({ type: "enter" });
    this.#watchdog = setTimeout(() => this.#lose("timeout"), ENTERED_WITHIN_MS);
  }

  /** @param {Event} event */
  #felt(event) {
    const { detail } = /** @type {CustomEvent} */ (event);
    this.dispatchEvent(new CustomEvent(event.type, { detail }));
  }

  #fell() {
    const state = this.#connection.connectionState;
    // Once the channel was open, a failed path can be restarted.
    if (state === "closed" || (state === "failed" && !this.isOpen)) this.#lose("failed");
  }

  /** @param {unknown} data */
  #received(data) {
    const message = parse(data);
    if (!message) return;
    if (message.type === "offer") {
      this.#renegotiate(message).catch(() => this.#lose("failed"));
    } else if (message.type === "layers") {
      this.#lines.send(message.send);
    } else if (message.type === "bye") {
      this.#lose(message.reason);
    } else {
      this.dispatchEvent(new CustomEvent("message", { detail: message }));
      if (message.type === "layout") this.#arrived();
    }
  }

  #arrived() {
    clearTimeout(this.#watchdog);
    this.#arrive();
  }

  /** @param {import("./messages.js").LaterOffer} offer */
  async #renegotiate({ sdp, generation }) {
    this.say({ type: "answer", generation, sdp: await this.answerAgain(sdp) });
  }

  /** @param {string} reason */
  #lose(reason) {
    if (this.#over) return;
    this.close();
    this.dispatchEvent(new CustomEvent("lost", { detail: { reason } }));
  }
}

/**
 * @param {unknown} data
 * @returns {PlaneMessage | null}
 */
function parse(data) {
  try {
    const message = JSON.parse(String(data));
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
