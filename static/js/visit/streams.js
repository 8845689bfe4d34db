// @ts-check
/** The camera and the microphone a person allowed, kept from the first step to the call. */
import { acquire, DeviceError } from "../lib/devices.js";
import { permissionOf } from "../readiness/permission-watch.js";

/** @typedef {"camera" | "microphone"} Kind */

/** Our words for the codes of lib/devices.js, as in readiness/permission.py. */
const WHAT = /** @type {Record<string, string>} */ ({
  missing: "not_found",
  failed: "aborted",
});

/** Why a device could not be had, in one word of readiness/permission.py. */
export class Refused extends Error {
  /** @param {string} what */
  constructor(what) {
    super(what);
    this.name = "Refused";
    this.what = what;
  }
}

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
      throw new Refused(await whatOf(kind, error));
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

/**
 * @param {Kind} kind
 * @param {unknown} error
 */
async function whatOf(kind, error) {
  const code = error instanceof DeviceError ? error.code : `${kind}.failed`;
  if (code === "media.insecure") return window.isSecureContext ? "unsupported" : "insecure";
  const cause = error instanceof DeviceError ? error.cause : null;
  if (cause instanceof Error && cause.name === "OverconstrainedError") return "unsuitable";
  const what = code.slice(kind.length + 1);
  // Closed without an answer, the browser may be asked again; refused, it answers by itself.
  if (what === "denied" && (await permissionOf(kind)) === "prompt") return "dismissed";
  return WHAT[what] ?? what;
}
