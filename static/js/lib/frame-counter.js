// @ts-check
/**
 * Counts the frames that a video has shown. Browsers count in different ways, and a way that does not
 * work stays at 0: Firefox's `totalVideoFrames` for a camera, callbacks for a video out of sight.
 */
export class FrameCounter {
  #video;
  #called = 0;
  #request = 0;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  connect() {
    if (typeof this.#video.requestVideoFrameCallback === "function") this.#ask();
  }

  disconnect() {
    if (this.#request) this.#video.cancelVideoFrameCallback?.(this.#request);
    this.#request = 0;
  }

  /** The frames so far, by each way; 0 where a way has counted nothing. @returns {number[]} */
  get counts() {
    const video = /** @type {HTMLVideoElement & {mozPaintedFrames?: number}} */ (this.#video);
    return [
      this.#called,
      video.mozPaintedFrames ?? 0,
      video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
    ];
  }

  #ask() {
    this.#request = this.#video.requestVideoFrameCallback(() => {
      this.#called += 1;
      this.#ask();
    });
  }
}

/**
 * How many frames came between two readings, by the way that has counted the most; null where no way
 * works.
 * @param {number[]} before
 * @param {number[]} now
 */
export function framesBetween(before, now) {
  const working = now.map((count, way) => (count > 0 ? count - before[way] : -1));
  const most = Math.max(...working);
  return most < 0 ? null : most;
}
