// @ts-check
/**
 * The picture check (kiosk/readiness/checks/picture.py): looks at a camera's frames and measures
 * how light they are, how many are black or frozen, and how many come in a second.
 */
import { FrameCounter, framesBetween } from "../lib/frame-counter.js";
import { NOT_MEASURED } from "../lib/measured.js";

/**
 * What to measure with: readiness/checks/picture.py says what each means.
 * @typedef {object} PictureRules
 * @property {number} black_luma
 * @property {number} frozen_difference
 * @property {number} frame_width frames are shrunk to this before they are looked at
 * @property {number} frame_height
 * @property {number} look_every_ms
 * @property {number} looks_needed
 * @property {number} looks_kept figures are over the last looks
 * @property {number} first_report_ms
 * @property {number} first_frame_within_ms
 * @property {number} report_every_ms
 * @property {{fps: {least: number, most: number}}} figures
 *
 * @typedef {import("../lib/measured.js").Measured} Measured
 * @typedef {{luma: Measured, black_share: Measured, frozen_share: Measured, fps: Measured}} PictureFigures
 * @typedef {{luma: number, frozen: boolean, at: number, frames: number[]}} Look
 */

/** How far a read value may lie from the drawn one: browsers that protect privacy add a little noise. */
const READ_WITHIN = 16;

export class PictureProbe {
  #video;
  #rules;
  #frames;
  #context;
  #waitedMs = 0;
  /** @type {Look[]} */
  #looks = [];
  /** @type {Uint8ClampedArray | null} */
  #before = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {HTMLVideoElement} video
   * @param {PictureRules} rules
   */
  constructor(video, rules) {
    this.#video = video;
    this.#rules = rules;
    this.#frames = new FrameCounter(video);
    this.#context = readableContext(rules.frame_width, rules.frame_height);
  }

  connect() {
    this.#frames.connect();
    this.#timer = setInterval(() => this.#look(), this.#rules.look_every_ms);
  }

  disconnect() {
    clearInterval(this.#timer);
    this.#frames.disconnect();
    this.#looks = [];
    this.#before = null;
  }

  /** Whether the camera gave no frame at all, though there was time to. */
  get hasNoImage() {
    return this.#waitedMs >= this.#rules.first_frame_within_ms;
  }

  /** What was seen lately; null until enough was. @returns {PictureFigures | null} */
  get figures() {
    const looks = this.#looks;
    const { looks_needed, black_luma } = this.#rules;
    if (looks.length < looks_needed) return null;
    const fps = this.#fps(looks);
    if (!this.#context) {
      return { luma: NOT_MEASURED, black_share: NOT_MEASURED, frozen_share: NOT_MEASURED, fps };
    }
    return {
      luma: mean(looks.map((look) => look.luma)),
      black_share: mean(looks.map((look) => Number(look.luma < black_luma))),
      frozen_share: mean(looks.slice(1).map((look) => Number(look.frozen))),
      fps,
    };
  }

  /**
   * @param {Look[]} looks
   * @returns {Measured}
   */
  #fps(looks) {
    const first = looks[0];
    const last = looks[looks.length - 1];
    const seconds = (last.at - first.at) / 1000;
    const counted = framesBetween(first.frames, last.frames);
    if (counted === null) return NOT_MEASURED;
    // Each look that differs from the one before has seen another frame, counted or not.
    const seen = looks.slice(1).filter((look) => this.#context && !look.frozen).length;
    return within(this.#rules.figures.fps, Math.max(counted, seen) / seconds);
  }

  #look() {
    const video = this.#video;
    // A hidden page gets no frames; that says nothing about the camera.
    if (document.hidden) {
      this.#looks = [];
      return;
    }
    if (video.readyState < 2) {
      this.#waitedMs += this.#rules.look_every_ms;
      return;
    }
    this.#waitedMs = 0;
    const pixels = this.#pixels();
    // By colour and not by light alone: a scene may change its colours and keep its light.
    const isStill =
      this.#before !== null && difference(pixels, this.#before) < this.#rules.frozen_difference;
    const frames = this.#frames.counts;
    const luma = mean(lightOf(pixels));
    this.#looks.push({ luma, frozen: isStill, at: performance.now(), frames });
    this.#looks = this.#looks.slice(-this.#rules.looks_kept);
    this.#before = pixels;
  }

  /** The pixels of the frame that is shown; none where frames cannot be read. */
  #pixels() {
    const { frame_width: width, frame_height: height } = this.#rules;
    try {
      this.#context?.drawImage(this.#video, 0, 0, width, height);
      return this.#context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    } catch {
      this.#context = null;
      return new Uint8ClampedArray();
    }
  }
}

/**
 * A canvas whose pixels can be read; null where this browser gives others than were drawn (some do,
 * against fingerprinting) or none.
 * @param {number} width
 * @param {number} height
 */
function readableContext(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  try {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return context && readsWhatWasDrawn(context, width, height) ? context : null;
  } catch {
    return null;
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 */
function readsWhatWasDrawn(context, width, height) {
  context.fillStyle = "black";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "white";
  context.fillRect(0, 0, width / 2, height);
  const light = lightOf(context.getImageData(0, 0, width, height).data);
  return light.every((value, at) => Math.abs(value - (at % width < width / 2 ? 255 : 0)) <= READ_WITHIN);
}

/**
 * The light of each pixel (ITU-R BT.601), 0 to 255.
 * @param {Uint8ClampedArray} pixels red, green, blue, alpha
 */
export function lightOf(pixels) {
  const light = new Float32Array(pixels.length / 4);
  for (let index = 0; index < light.length; index += 1) {
    const at = index * 4;
    light[index] = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  }
  return light;
}

/**
 * @param {{least: number, most: number}} range
 * @param {number} value
 */
function within({ least, most }, value) {
  return Math.min(most, Math.max(least, value));
}

/** @param {ArrayLike<number>} values */
function mean(values) {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index];
  return values.length ? sum / values.length : 0;
}

/**
 * The mean difference of the colours of two frames, 0 to 255.
 * @param {Uint8ClampedArray} now red, green, blue, alpha
 * @param {Uint8ClampedArray} before
 */
function difference(now, before) {
  // Alpha, each fourth value, never differs.
  return (mean(now.map((value, index) => Math.abs(value - before[index]))) * 4) / 3;
}
