// @ts-check
import { Elapsed } from "../lib/elapsed.js";

/** Pauses before each new try, milliseconds; the last one repeats. */
export const PAUSES_MS = [0, 300, 700, 1_500, 3_000, 5_000];

/** How long to go on trying, milliseconds. */
export const TRY_FOR_MS = 90_000;

/** No try and pause take longer together, milliseconds: the device slept, or its clock was set. */
const LONGEST_TRY_MS = 20_000;

/** Waits between tries, longer each time; a network that comes back cuts the wait short. */
export class Patience {
  /** @type {() => void} */ #wake = () => {};
  #tries = 0;
  #elapsed = new Elapsed(LONGEST_TRY_MS);

  get isOver() {
    return this.#elapsed.ms >= TRY_FOR_MS;
  }

  /** Wait before the next try; the first one comes at once. @returns {Promise<void>} */
  async pause() {
    const ms = PAUSES_MS[Math.min(this.#tries, PAUSES_MS.length - 1)];
    this.#tries += 1;
    if (!ms) return;
    const waking = new AbortController();
    await new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
      const timer = setTimeout(this.#wake, ms);
      waking.signal.addEventListener("abort", () => clearTimeout(timer));
      globalThis.addEventListener?.("online", this.#wake, { signal: waking.signal });
    });
    waking.abort();
  }

  /** End the present wait. */
  hurry() {
    this.#wake();
  }
}
