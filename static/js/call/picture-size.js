// @ts-check
/** What the camera's size may be divided by, from the whole picture on. */
const SCALES = [1, 2, 4];

/**
 * Above this bitrate, bit/s, the next larger picture of {@link SCALES} can be sent moving, whatever it
 * shows; below it, that depends on what it shows.
 */
const ENOUGH = [Infinity, 250_000, 100_000];

/** Fewer a second are no longer seen as movement. */
const MOVING_FPS = 12;

/** The average VP8 quantizer (0 to 127) up to which a picture has bits to spare, as in Chromium. */
const SHARP_QP = 29;

/** So many readings in a row, half a second each, are not chance. */
const SLOW_READINGS = 2;

/** The line must have had room for so long before more is tried; twice as long after each failure. */
const ROOM_FOR_MS = 4_000;
const LONGEST_ROOM_FOR_MS = 64_000;

/** A larger picture that has stood for so long was right to try. */
const PROVEN_AFTER_MS = 10_000;

/**
 * What an encoder did since the last reading.
 * @typedef {object} Effort
 * @property {number} fps pictures a second that it made
 * @property {number} cameraFps that it was given
 * @property {number} bitrate that it may take, bit/s
 * @property {number} qp average quantizer of its pictures, 0 to 127
 */

/**
 * Decides how large a picture may be to move on a narrow line. An encoder that must keep a size lowers
 * its frame rate, and at one picture a second each differs so much from the last that it stays there.
 */
export class PictureSize {
  #rung = 0;
  #slow = 0;
  #roomFor = ROOM_FOR_MS;
  /** @type {number | null} */ #roomSince = null;
  #grownAt = -Infinity;

  /** What the camera's size is divided by. */
  get scale() {
    return SCALES[this.#rung];
  }

  /** Begin anew with the whole picture. */
  reset() {
    this.#rung = 0;
    this.#settle();
  }

  /**
   * Take one reading.
   *
   * @param {Effort} effort
   * @param {number} now milliseconds
   * @returns {boolean} whether the scale is another than before
   */
  look(effort, now) {
    if (now - this.#grownAt > PROVEN_AFTER_MS && this.#grownAt > -Infinity) {
      this.#roomFor = ROOM_FOR_MS;
      this.#grownAt = -Infinity;
    }
    this.#slow = this.#isSlow(effort) ? this.#slow + 1 : 0;
    if (this.#slow >= SLOW_READINGS) return this.#shrink(now);
    if (!this.#hasRoom(effort)) this.#roomSince = null;
    else this.#roomSince ??= now;
    if (this.#roomSince === null || now - this.#roomSince < this.#roomFor) return false;
    this.#rung -= 1;
    this.#grownAt = now;
    this.#settle();
    return true;
  }

  /** @param {Effort} effort */
  #isSlow({ fps, cameraFps, bitrate }) {
    // Neither a slow camera nor, on a wide line, a busy machine is a reason to shrink the picture.
    const canShrink = this.#rung < SCALES.length - 1 && bitrate < ENOUGH[1];
    return canShrink && fps < Math.min(MOVING_FPS, cameraFps / 2);
  }

  /** @param {Effort} effort */
  #hasRoom({ fps, cameraFps, bitrate, qp }) {
    if (this.#rung === 0) return false;
    return bitrate >= ENOUGH[this.#rung] || (qp <= SHARP_QP && fps > cameraFps / 2);
  }

  /** @param {number} now */
  #shrink(now) {
    if (now - this.#grownAt <= PROVEN_AFTER_MS) {
      this.#roomFor = Math.min(2 * this.#roomFor, LONGEST_ROOM_FOR_MS);
    }
    this.#grownAt = -Infinity;
    this.#rung += 1;
    this.#settle();
    return true;
  }

  #settle() {
    this.#slow = 0;
    this.#roomSince = null;
  }
}
