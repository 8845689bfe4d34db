// @ts-check
/**
 * The picture check (kiosk/readiness/checks/picture.py): looks at a camera's frames and measures
 * how light they are, how many are black or frozen, and how many come in a second.
 */

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
 * @property {number} report_every_ms
 * @property {{fps: {least: number, most: number}}} figures
 *
 * @typedef {{luma: number, black_share: number, frozen_share: number, fps: number}} PictureFigures
 */

export class PictureProbe {
  #video;
  #rules;
  #context;
  /** @type {{luma: number, frozen: boolean, at: number, frames: number}[]} */
  #looks = [];
  /** @type {Float32Array | null} */
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
    const canvas = document.createElement("canvas");
    canvas.width = rules.frame_width;
    canvas.height = rules.frame_height;
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
  }

  connect() {
    this.#timer = setInterval(() => this.#look(), this.#rules.look_every_ms);
  }

  disconnect() {
    clearInterval(this.#timer);
    this.#looks = [];
    this.#before = null;
  }

  /** What was seen lately; null until enough was. @returns {PictureFigures | null} */
  get figures() {
    const looks = this.#looks;
    const { looks_needed, black_luma, figures } = this.#rules;
    if (looks.length < looks_needed) return null;
    const first = looks[0];
    const last = looks[looks.length - 1];
    const seconds = (last.at - first.at) / 1000;
    return {
      luma: mean(looks.map((look) => look.luma)),
      black_share: mean(looks.map((look) => Number(look.luma < black_luma))),
      frozen_share: mean(looks.slice(1).map((look) => Number(look.frozen))),
      fps: within(figures.fps, (last.frames - first.frames) / seconds),
    };
  }

  #look() {
    const video = this.#video;
    // A hidden page gets no frames; that says nothing about the camera.
    if (!this.#context || video.readyState < 2 || document.hidden) {
      this.#looks = document.hidden ? [] : this.#looks;
      return;
    }
    const { frame_width: width, frame_height: height } = this.#rules;
    this.#context.drawImage(video, 0, 0, width, height);
    const light = lightOf(this.#context.getImageData(0, 0, width, height).data);
    const isStill = this.#before !== null && difference(light, this.#before) < this.#rules.frozen_difference;
    const frames = video.getVideoPlaybackQuality?.().totalVideoFrames ?? this.#looks.length * 5;
    this.#looks.push({ luma: mean(light), frozen: isStill, at: performance.now(), frames });
    this.#looks = this.#looks.slice(-this.#rules.looks_kept);
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
 * @param {Float32Array} now
 * @param {Float32Array} before
 */
function difference(now, before) {
  return mean(now.map((value, index) => Math.abs(value - before[index])));
}
