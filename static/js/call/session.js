// @ts-check
import { detailOf } from "../lib/events.js";
import { Connector } from "./connector.js";
import { Others } from "./others.js";
import { OwnPart } from "./own-part.js";
import { QualityWatch } from "./quality-watch.js";
import { SharedScreen } from "./shared-screen.js";
import { isFinal } from "./signals.js";
import { checkMove } from "./states.js";

/** @typedef {import("./connector.js").ConnectorOptions} ConnectorOptions */
/** @typedef {import("./peer-link.js").PeerLink} PeerLink */
/** @typedef {import("./messages.js").PlaneMessage} PlaneMessage */
/** @typedef {import("./states.js").State} State */
/** @typedef {import("./others.js").Other} Other */

/** @typedef {ConnectorOptions & import("./own-part.js").MediaOptions} SessionOptions */

/** After these reasons the page does not connect again. */
const FOR_GOOD = new Set(["left", "replaced", "removed", "refused", "ended"]);

/**
 * A participant's call: joins, connects again by itself, mutes, leaves. Knows nothing of pages.
 *
 * Events, each with one object as `detail`: `state` {state, before, reason}, `layout` {others},
 * `remotetrack` {participant, kind, track}, `remotemedia` {participant, audio, video, hand, pictures},
 * `speaking` {participants}, `localtrack` {kind, track}, `localmedia` {audio, video, hand}, `trouble` {code},
 * `replaced` {kind, label}, `quality` {loss, rtt_ms, jitter_ms, up_kbps, down_kbps, level} every two seconds.
 */
export class CallSession extends OwnPart {
  /** @type {State} */ #state = "idle";
  /** Whose screen is shared, if any; tells its own events. */
  screen = new SharedScreen();
  #others = new Others((mid) => this.#connector.link?.received(mid) ?? null);
  #quality = new QualityWatch((figures) => this.emit("quality", figures));
  #farewell = Promise.resolve();
  #connector;

  /** @param {SessionOptions} options */
  constructor(options) {
    super(options, async (kind, track) => this.#connector.link?.replaceTrack(kind, track));
    this.#connector = new Connector(options, {
      tracks: () => this.tracks,
      onLink: (link) => this.#use(link),
      onForeseen: (slots) => this.#foresee(slots),
      onTrouble: (code) => this.emit("trouble", { code }),
    });
    this.addEventListener("localmedia", () => this.#tellMedia());
  }

  get state() {
    return this.#state;
  }

  /** Whether there is a call to be left. */
  get isLive() {
    return !["idle", "failed", "ended"].includes(this.#state);
  }

  /** Who else is in the call. @returns {Other[]} */
  get others() {
    return this.#others.list;
  }

  /**
   * Enter the call; resolves once inside, or when it has failed or ended. After a failure it may be
   * tried again.
   *
   * @returns {Promise<State>}
   */
  async join() {
    if (this.#state === "idle" || this.#state === "failed") {
      this.#become("joining");
      await this.#connect();
    }
    return this.#state;
  }

  /**
   * Hang up: the others stay. Releases camera and microphone.
   *
   * @returns {Promise<void>} resolves once the server knows, or cannot be reached
   */
  leave() {
    if (this.#state !== "ended") {
      this.#finish("ended", "left");
      this.#farewell = this.#connector.sayGoodbye();
    }
    return this.#farewell;
  }

  /** Try again at once, as when the network has come back. */
  hurry() {
    this.#connector.hurry();
  }

  // -- joining, and connecting again ---------------------------------------------------------------

  get #isTrying() {
    return this.#state === "joining" || this.#state === "reconnecting";
  }

  async #connect() {
    const problem = await this.#connector.connect();
    if (!this.#isTrying) return;
    if (problem) this.#turnedAway(problem);
    else if (this.#connector.link?.isSteady) this.#settle();
  }

  /** @param {PeerLink} link */
  #use(link) {
    this.#others.forgetTracks();
    this.screen.use(link);
    if (link.isOpen) this.#tellMedia();
    else link.addEventListener("open", () => this.#tellMedia());
    link.addEventListener("message", (event) => this.#received(detailOf(event)));
    link.addEventListener("shaken", (event) => this.#shaken(detailOf(event).reason));
    link.addEventListener("steady", () => this.#steadied());
    link.addEventListener("lost", (event) => this.#lost(detailOf(event).reason));
    link.inside.then(() => this.#quality.connect(link), () => {});
  }

  /** @param {import("./link-watch.js").Shock} reason */
  #shaken(reason) {
    // In another network the old path may still work: the new one is tried without a state change.
    if (reason === "network") this.#connector.renew().catch(() => {});
    else this.#comeBack(reason);
  }

  #steadied() {
    if (this.#state === "reconnecting") this.#settle();
    this.#connector.hurry();
  }

  /** @param {string} reason */
  #lost(reason) {
    this.#drop();
    if (FOR_GOOD.has(reason)) this.#finish("ended", reason);
    else this.#comeBack(reason);
  }

  /** @param {string} reason */
  #comeBack(reason) {
    // While joining, the attempt under way notices by itself.
    if (this.#isTrying) return;
    this.#become("reconnecting", reason);
    this.#connect();
  }

  /**
   * The server refused the request (403, 409…): that ends a call, but is only a failure before one.
   * @param {import("../lib/http.js").RequestError} problem
   */
  #turnedAway(problem) {
    const isEnd = isFinal(problem) && this.#state === "reconnecting";
    this.#finish(isEnd ? "ended" : "failed", problem.code);
  }

  // -- inside the call----------------------------------------------------------------------------

  /** @param {PlaneMessage} message */
  #received(message) {
    if (message.type === "layout") {
      this.#placed(message.slots);
    } else if (message.type === "media") {
      const { participant, audio, video, hand, pictures = true } = message;
      this.#others.hear(participant, { audio, video, hand, pictures });
      this.emit("remotemedia", { participant, audio, video, hand, pictures });
    } else if (message.type === "speaking") {
      this.emit("speaking", { participants: message.participants });
    } else if (message.type === "error") {
      this.emit("trouble", { code: message.code });
    }
  }

  /** @param {import("./messages.js").SlotEntry[]} slots */
  #placed(slots) {
    this.#others.place(slots);
    this.#settle();
    this.#tellOthers();
  }

  /**
   * Place the people who will be seen, so that a picture shows as soon as it arrives. A participant
   * who comes back keeps the former layout until there is a new one.
   *
   * @param {import("./messages.js").SlotEntry[]} slots
   */
  #foresee(slots) {
    if (!slots.length) return;
    this.#others.place(slots);
    this.#tellOthers();
  }

  #tellOthers() {
    this.emit("layout", { others: this.others });
    for (const found of this.#others.newTracks()) this.emit("remotetrack", found);
  }

  #settle() {
    this.#become(this.others.length ? "connected" : "waiting");
  }

  #tellMedia() {
    this.#connector.link?.say({ type: "media", ...this.media });
  }

  // -- ending ------------------------------------------------------------------------------------

  /**
   * @param {"ended" | "failed"} state
   * @param {string} reason
   */
  #finish(state, reason) {
    this.#drop();
    this.#connector.close();
    this.screen.close();
    this.#others.place([]);
    if (state === "ended") this.release();
    this.#become(state, reason);
  }

  #drop() {
    this.#quality.disconnect();
    this.#connector.drop();
  }

  /**
   * @param {State} state
   * @param {string} [reason]
   */
  #become(state, reason = "") {
    const before = this.#state;
    if (before === state) return;
    checkMove(before, state);
    this.#state = state;
    this.emit("state", { state, before, reason });
  }
}
