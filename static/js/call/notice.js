// @ts-check
import { announce } from "../lib/texts.js";

/** For how long a notice stays, milliseconds. */
const STAYS_MS = 12_000;

/** Troubles with a device that have a sentence of their own. */
const KNOWN = new Set(["denied", "in_use", "missing", "lost"]);

/** Why the plane refuses to let us share a screen. */
export const REFUSED_SHARING = new Set(["media.screen_taken", "media.no_pictures"]);

/** A sentence over the stage for a moment, also said aloud. */
export class Notice {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #element;
  #texts;

  /**
   * @param {HTMLElement} element
   * @param {(name: string) => string} texts
   */
  constructor(element, texts) {
    this.#element = element;
    this.#texts = texts;
  }

  /** @param {string} words */
  show(words) {
    const place = this.#element.querySelector("[data-part]");
    if (place) place.textContent = words;
    this.#element.hidden = false;
    announce(words);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#element.hidden = true), STAYS_MS);
  }

  /**
   * Show what is wrong with a device or a shared screen; other problems show in the call's state.
   * @param {string} code
   */
  trouble(code) {
    const [device, what = ""] = code.split(".");
    if (device === "screen" || REFUSED_SHARING.has(code)) return this.show(this.#texts(code));
    if (device !== "camera" && device !== "microphone") return;
    const known = what === "blocked_by_system" ? "denied" : what;
    this.show(this.#texts(`${device}.${KNOWN.has(known) ? known : "failed"}`));
  }

  disconnect() {
    clearTimeout(this.#timer);
  }
}
