// @ts-check
/** The camera and the microphone a person allowed, kept from the first step to the call. */
import { acquire } from "../lib/devices.js";
import { failureOf, permissionOf, Refused } from "../readiness/permission.js";

/** @typedef {import("../readiness/permission.js").Kind} Kind */

export class Streams extends EventTarget {
  /** @type {Record<Kind, MediaStreamTrack | null>} */
  #tracks = { camera: null, microphone: null };
  /** @type {Set<Kind>} */
  #declined = new Set();
  #answerWithinMs;

  /** @param {Record<Kind, {answer_within_ms: number}>} checks how long somebody may look for the
   *   browser's question before we help */
  constructor({ camera, microphone }) {
    super();
    this.#answerWithinMs = { camera: camera.answer_within_ms, microphone: microphone.answer_within_ms };
  }

  /** @param {Kind} kind @returns {MediaStreamTrack | null} the track, if it is still alive */
  track(kind) {
    const track = this.#tracks[kind];
    return track?.readyState === "live" ? track : null;
  }

  /**
   * Ask for a device; the one before is released.
   * @param {Kind} kind
   * @param {string} [deviceId] exactly this one
   * @throws {Refused}
   */
  async ask(kind, deviceId) {
    // A telephone cannot open two cameras at once.
    if (deviceId) this.release(kind);
    this.#declined.delete(kind);
    try {
      const track = await acquire(kind, { deviceId, timeoutMs: this.#answerWithinMs[kind] });
      this.release(kind);
      this.#tracks[kind] = track;
      track.addEventListener("ended", () => {
        this.dispatchEvent(new CustomEvent("lost", { detail: { kind } }));
      });
      return track;
    } catch (error) {
      throw new Refused(await failureOf(kind, error));
    }
  }

  /**
   * The track, asked for again without a question when the browser has said yes before, as after
   * a page was loaded again.
   * @param {Kind} kind
   */
  async regain(kind) {
    if (!this.track(kind) && !this.#declined.has(kind) && (await permissionOf(kind)) === "granted") {
      await this.ask(kind).catch(() => {});
    }
    return this.track(kind);
  }

  /** The tracks for the call, which owns them from now on. */
  handOver() {
    const tracks = { audio: this.track("microphone"), video: this.track("camera") };
    this.#tracks = { camera: null, microphone: null };
    return tracks;
  }

  /**
   * Do without a device from now on, at the person's wish.
   * @param {Kind} kind
   */
  decline(kind) {
    this.#declined.add(kind);
    this.release(kind);
  }

  /** Switch everything off: the lights go out. */
  stop() {
    this.release("camera");
    this.release("microphone");
  }

  /** @param {Kind} kind */
  release(kind) {
    this.#tracks[kind]?.stop();
    this.#tracks[kind] = null;
  }
}
