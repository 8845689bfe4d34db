// @ts-check
/** How long the call has lasted, written as 4:05 or 1:04:05. */
export class Stopwatch {
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  #began = 0;
  #element;

  /** @param {HTMLElement} element a <time> */
  constructor(element) {
    this.#element = element;
  }

  /** Start, once: coming back after a cut does not begin anew. */
  connect() {
    this.#began ||= performance.now();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#write(), 1000);
    this.#write();
  }

  disconnect() {
    clearInterval(this.#timer);
  }

  #write() {
    const seconds = Math.floor((performance.now() - this.#began) / 1000);
    this.#element.textContent = elapsed(seconds);
    this.#element.setAttribute("datetime", `PT${seconds}S`);
  }
}

/** @param {number} seconds */
export function elapsed(seconds) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
