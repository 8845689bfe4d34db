// @ts-check
/** Moves a level bar, no more often than the screen is drawn. */

export class LevelMeter {
  #meter;
  #level = 0;
  #frame = 0;

  /** @param {HTMLMeterElement} meter */
  constructor(meter) {
    this.#meter = meter;
  }

  /** @param {number} level 0 (silence) to 1 (as loud as can be) */
  show(level) {
    this.#level = Math.min(1, Math.max(0, level));
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#meter.value = Math.round(this.#level * 100);
    });
  }

  connect() {
    this.show(0);
  }

  disconnect() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#meter.value = 0;
  }
}
