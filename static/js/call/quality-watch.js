// @ts-check
import { QualityMeter, levelOf } from "./quality.js";

export const QUALITY_EVERY_MS = 2_000;

/** Tells how one connection is doing, every two seconds: the figures and their level. */
export class QualityWatch {
  /** @type {ReturnType<typeof setInterval> | undefined} */ #measuring;
  #tell;

  /** @param {(figures: object) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {import("./peer-link.js").PeerLink} link measured from now on, and no other */
  connect(link) {
    this.disconnect();
    const meter = new QualityMeter();
    const measuring = setInterval(async () => {
      const figures = meter.read(await link.stats());
      if (figures && measuring === this.#measuring) this.#tell({ ...figures, level: levelOf(figures) });
    }, QUALITY_EVERY_MS);
    this.#measuring = measuring;
  }

  disconnect() {
    clearInterval(this.#measuring);
    this.#measuring = undefined;
  }
}
