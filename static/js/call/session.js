// @ts-check
import { acquire } from "../lib/devices.js";
import { Connector } from "./connector.js";
import { Others } from "./others.js";
import { OwnMedia } from "./own_media.js";
import { QualityMeter, levelOf } from "./quality.js";
import { SharedScreen } from "./shared_screen.js";
import { checkMove } from "./states.js";

/** @typedef {import("../lib/devices.js").DeviceWish} DeviceWish */
/** @typedef {import("./connector.js").ConnectorOptions} ConnectorOptions */
/** @typedef {import("./peer_link.js").PeerLink} PeerLink */
/** @typedef {import("./peer_link.js").Tracks} Tracks */
/** @typedef {import("./signals.js").PlaneMessage} PlaneMessage */
/** @typedef {import("./states.js").State} State */
/** @typedef {import("./others.js").Other} Other */

/**
 * @typedef {object} MediaOptions
 * @property {Tracks} [tracks] what to send; the session owns them from now on
 * @property {typeof acquire} [acquire]
 *
 * @typedef {ConnectorOptions & MediaOptions} SessionOptions
 */

export const QUALITY_EVERY_MS = 2_000;

/** After these goodbyes nobody wishes this page back. */
const FOR_GOOD = new Set(["left", "replaced"]);

/**
 * A person's seat in a call: joins, comes back by itself, mutes, leaves. Knows nothing of pages.
 *
 * Events, each with one object as `detail`: `state` {state, before, reason}, `layout` {others},
 * `remotetrack` {participant, kind, track}, `remotemedia` {participant, audio, video},
 * `speaking` {participants}, `localtrack` {kind, track}, `localmedia` {audio, video}, `trouble` {code},
 * `quality` {loss, rtt_ms, jitter_ms, up_kbps, down_kbps, level} every two seconds.
 */
export class CallSession extends EventTarget {
  /** @type {State} */ #state = "idle";
  /** @type {ReturnType<typeof setInterval> | undefined} */ #measuring;
  /** Whose screen is shared, if any; tells its own events. */
  screen = new SharedScreen();
  #others = new Others((mid) => this.#connector.link?.received(mid) ?? null);
  #farewell = Promise.resolve();
  #own;
  #connector;

  /** @param {SessionOptions} options */
  constructor(options) {
    super();
    this.#connector = new Connector(options, {
      tracks: () => this.#own.tracks,
      onLink: (link) => this.#use(link),
      onForeseen: (slots) => this.#foresee(slots),
      onTrouble: (code) => this.#emit("trouble", { code }),
    });
    this.#own = new OwnMedia({
      tracks: options.tracks,
      acquire: options.acquire,
      send: async (kind, track) => this.#connector.link?.replaceTrack(kind, track),
    });
    for (const type of ["localtrack", "localmedia", "trouble"]) {
      this.#own.addEventListener(type, (event) => this.#emit(type, detailOf(event)));
    }
    this.#own.addEventListener("localmedia", () => this.#tellMedia());
  }

  get state() {
    return this.#state;
  }

  /** What we send now. */
  get tracks() {
    return this.#own.tracks;
  }

  /** Whether our microphone and camera are on. */
  get media() {
    return this.#own.state;
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
   * @returns {Promise<void>} resolves once the house knows, or cannot be told
   */
  leave() {
    if (this.#state !== "ended") {
      this.#finish("ended", "left");
      this.#farewell = this.#connector.sayGoodbye();
    }
    return this.#farewell;
  }

  /** Mute or unmute. @param {boolean} on */
  setMicrophone(on) {
    return this.#own.setMicrophone(on);
  }

  /** Start or stop the camera. @param {boolean} on */
  setCamera(on) {
    return this.#own.setCamera(on);
  }

  /**
   * Use another camera or microphone from now on.
   *
   * @param {"audio" | "video"} kind
   * @param {DeviceWish} wish
   */
  useDevice(kind, wish) {
    return this.#own.useDevice(kind, wish);
  }

  /**
   * Send this track from now on; the one before is stopped.
   *
   * @param {"audio" | "video"} kind
   * @param {MediaStreamTrack | null} track
   */
  replaceTrack(kind, track) {
    return this.#own.replaceTrack(kind, track);
  }

  /** Try again at once, as when the network has come back. */
  hurry() {
    this.#connector.hurry();
  }

  // -- coming in, and coming back ----------------------------------------------------------------

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
    link.addEventListener("open", () => this.#tellMedia());
    link.addEventListener("message", (event) => this.#received(detailOf(event)));
    link.addEventListener("shaken", (event) => this.#shaken(detailOf(event).reason));
    link.addEventListener("steady", () => this.#steadied());
    link.addEventListener("lost", (event) => this.#lost(detailOf(event).reason));
    link.inside.then(() => this.#measure(link), () => {});
  }

  /** @param {import("./link_watch.js").Shock} reason */
  #shaken(reason) {
    // In another network the old path may go on: the new one is tried without a word.
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
    // While coming in, the try that is under way notices by itself.
    if (this.#isTrying) return;
    this.#become("reconnecting", reason);
    this.#connect();
  }

  /**
   * The house does not want us: that ends a call, but is only a failure before one.
   * @param {import("./signals.js").CommandError} problem
   */
  #turnedAway({ code, isFinal }) {
    this.#finish(isFinal && this.#state === "reconnecting" ? "ended" : "failed", code);
  }

  // -- being there -------------------------------------------------------------------------------

  /** @param {PlaneMessage} message */
  #received(message) {
    if (message.type === "layout") {
      this.#placed(message.slots);
    } else if (message.type === "media") {
      const { participant, audio, video } = message;
      this.#others.hear(participant, { audio, video });
      this.#emit("remotemedia", { participant, audio, video });
    } else if (message.type === "speaking") {
      this.#emit("speaking", { participants: message.participants });
    } else if (message.type === "error") {
      this.#emit("trouble", { code: message.code });
    }
  }

  /** @param {import("./signals.js").SlotEntry[]} slots */
  #placed(slots) {
    this.#others.place(slots);
    this.#settle();
    this.#tellOthers();
  }

  /**
   * A picture that is waited for shows at once when it comes. Who comes back and finds nobody yet
   * goes on seeing whom they saw.
   *
   * @param {import("./signals.js").SlotEntry[]} slots
   */
  #foresee(slots) {
    if (!slots.length) return;
    this.#others.place(slots);
    this.#tellOthers();
  }

  #tellOthers() {
    this.#emit("layout", { others: this.others });
    for (const found of this.#others.newTracks()) this.#emit("remotetrack", found);
  }

  #settle() {
    this.#become(this.others.length ? "connected" : "waiting");
  }

  #tellMedia() {
    this.#connector.link?.say({ type: "media", ...this.media });
  }

  /** @param {PeerLink} link */
  #measure(link) {
    const meter = new QualityMeter();
    clearInterval(this.#measuring);
    this.#measuring = setInterval(async () => {
      const figures = meter.read(await link.stats());
      if (figures && link === this.#connector.link) this.#emit("quality", { ...figures, level: levelOf(figures) });
    }, QUALITY_EVERY_MS);
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
    if (state === "ended") this.#own.release();
    this.#become(state, reason);
  }

  #drop() {
    clearInterval(this.#measuring);
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
    this.#emit("state", { state, before, reason });
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * @param {Event} event
 * @returns {any}
 */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
