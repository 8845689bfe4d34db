// @ts-check
/** Looks at a camera's frames: how light, how black, how frozen, how many a second. */

/** Frames are shrunk to this before they are looked at; faces stay unrecognisable, and here. */
const WIDTH = 32;
const HEIGHT = 24;
const LOOK_EVERY_MS = 150;
/** Figures are over the last looks, so that a mended picture is good within three seconds. */
const LOOKS_KEPT = 20;
/** Below this mean light a frame is black (TestRTC). */
const BLACK_LUMA = 20;
/** Mean difference, of 255, under which two frames are the same; camera noise alone makes more. */
const FROZEN_DIFFERENCE = 0.04;
export const LOOKS_NEEDED = 10;

/** @typedef {{luma: number, black_share: number, frozen_share: number, fps: number}} PictureFigures */

export class PictureProbe {
  #video;
  #context;
  /** @type {{luma: number, frozen: boolean, at: number, frames: number}[]} */
  #looks = [];
  /** @type {Float32Array | null} */
  #before = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
  }

  connect() {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  disconnect() {
    clearInterval(this.#timer);
    this.#looks = [];
    this.#before = null;
  }

  /** What was seen lately; null until enough was. @returns {PictureFigures | null} */
  get figures() {
    const looks = this.#looks;
    if (looks.length < LOOKS_NEEDED) return null;
    const first = looks[0];
    const last = looks[looks.length - 1];
    const seconds = (last.at - first.at) / 1000;
    return {
      luma: mean(looks.map((look) => look.luma)),
      black_share: mean(looks.map((look) => Number(look.luma < BLACK_LUMA))),
      frozen_share: mean(looks.slice(1).map((look) => Number(look.frozen))),
      fps: Math.min(480, Math.max(0, (last.frames - first.frames) / seconds)),
    };
  }

  #look() {
    const video = this.#video;
    // A hidden page gets no frames; that says nothing about the camera.
    if (!this.#context || video.readyState < 2 || document.hidden) {
      this.#looks = document.hidden ? [] : this.#looks;
      return;
    }
    this.#context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const light = lightOf(this.#context.getImageData(0, 0, WIDTH, HEIGHT).data);
    const frozen = this.#before !== null && difference(light, this.#before) < FROZEN_DIFFERENCE;
    const frames = video.getVideoPlaybackQuality?.().totalVideoFrames ?? this.#looks.length * 5;
    this.#looks.push({ luma: mean(light), frozen, at: performance.now(), frames });
    this.#looks = this.#looks.slice(-LOOKS_KEPT);
    this.#before = light;
  }
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

/** @param {ArrayLike<number>} values */
function mean(values) {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index];
  return values.length ? sum / values.length : 0;
}

/**
 * @param {Float32Array} now
 * @param {Float32Array} before
 */
function difference(now, before) {
  return mean(now.map((value, index) => Math.abs(value - before[index])));
}
