// @ts-check
/**
 * Time that has passed, read every few seconds. It survives a clock that is set while a page waits:
 * set back, it takes nothing away.
 */
export class Elapsed {
  #last = Date.now();
  #passed = 0;
  #most;

  /** @param {number} [most] what counts at most between two readings, milliseconds: a device that
   *   slept, or whose clock was set forward, has not waited for so long */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** Milliseconds. */
  get ms() {
    const now = Date.now();
    this.#passed += Math.min(Math.max(now - this.#last, 0), this.#most);
    this.#last = now;
    return this.#passed;
  }
}
