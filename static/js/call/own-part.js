// @ts-check
import { acquire } from "../lib/devices.js";
import { detailOf } from "../lib/events.js";
import { OwnMedia } from "./own-media.js";

/** @typedef {import("../lib/devices.js").DeviceWish} DeviceWish */
/** @typedef {import("./media-lines.js").Tracks} Tracks */

/**
 * @typedef {object} MediaOptions
 * @property {Tracks} [tracks] what to send; owned by the session from now on
 * @property {import("./own-media.js").Opening} [opening] devices that are being opened meanwhile
 * @property {typeof acquire} [acquire]
 */

/**
 * The person's own microphone, camera and raised hand, kept while connections come and go.
 *
 * Events: `localtrack` {kind, track}, `localmedia` {audio, video, hand}, `trouble` {code}, `replaced`
 * {kind, label}.
 */
export class OwnPart extends EventTarget {
  #hand = false;
  #own;

  /**
   * @param {MediaOptions} options
   * @param {import("./own-media.js").Send} send hands a track to whatever connection there is
   */
  constructor({ tracks, opening, acquire: ask }, send) {
    super();
    this.#own = new OwnMedia({ tracks, opening, acquire: ask, send });
    for (const type of ["localtrack", "trouble", "replaced"]) {
      this.#own.addEventListener(type, (event) => this.emit(type, detailOf(event)));
    }
    this.#own.addEventListener("localmedia", () => this.emit("localmedia", this.media));
  }

  /** What we send now. */
  get tracks() {
    return this.#own.tracks;
  }

  /** Whether our microphone and camera are on, and our hand is up. */
  get media() {
    return { ...this.#own.state, hand: this.#hand };
  }

  /** Which of them the system has taken for a while. */
  get paused() {
    return this.#own.paused;
  }

  /** Open again what the system has paused. */
  resume() {
    return this.#own.resume();
  }

  /** Mute or unmute. @param {boolean} on */
  setMicrophone(on) {
    return this.#own.setMicrophone(on);
  }

  /** Start or stop the camera. @param {boolean} on */
  setCamera(on) {
    return this.#own.setCamera(on);
  }

  /** Ask to speak, or no longer. @param {boolean} up */
  raiseHand(up) {
    this.#hand = up;
    this.emit("localmedia", this.media);
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

  /** Release camera and microphone. */
  release() {
    this.#own.release();
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
