// @ts-check
/** Counts down in words people read, and says when it is over. */
import { Elapsed } from "../lib/elapsed.js";

/** @param {number} seconds */
function inWords(seconds) {
  if (seconds >= 3600) {
    return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}`;
  }
  if (seconds >= 60) return `${Math.ceil(seconds / 60)} min`;
  return `${seconds} s`;
}

export class Countdown {
  #words;
  #over;
  #write;
  #elapsed = new Elapsed();
  #wait;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {object} options
   * @param {number} options.seconds
   * @param {string} options.words with `{time}`
   * @param {(words: string) => void} options.write
   * @param {() => void} options.over
   */
  constructor({ seconds, words, write, over }) {
    this.#wait = seconds * 1000;
    this.#words = words;
    this.#write = write;
    this.#over = over;
  }

  connect() {
    // By the clock: a page that slept has waited all the same.
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  disconnect() {
    clearInterval(this.#timer);
  }

  #tick() {
    const left = Math.ceil((this.#wait - this.#elapsed.ms) / 1000);
    if (left > 0) {
      this.#write(this.#words.replace("{time}", inWords(left)));
      return;
    }
    this.disconnect();
    this.#over();
  }
}
