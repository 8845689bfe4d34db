// @ts-check
/** Reads the step aloud with the device's own voice, where it has one. */

export class ReadAloud {
  #button;
  #words;
  #texts;
  #speaking = false;

  /**
   * @param {HTMLElement} button
   * @param {{words: () => string, texts: import("./judge.js").Texts}} options words gives what to read
   */
  constructor(button, { words, texts }) {
    this.#button = button;
    this.#words = words;
    this.#texts = texts;
  }

  /** Fall silent, as when the step changes. */
  stop() {
    if (!this.#speaking) return;
    speechSynthesis.cancel();
    this.#say(false);
  }

  /** Read, or fall silent. */
  toggle() {
    if (this.#speaking) {
      this.stop();
      return;
    }
    const speech = new SpeechSynthesisUtterance(this.#words());
    speech.lang = document.documentElement.lang;
    speech.rate = 0.9;
    speech.addEventListener("end", () => this.#say(false));
    speech.addEventListener("error", () => this.#say(false));
    speechSynthesis.cancel();
    speechSynthesis.speak(speech);
    this.#say(true);
  }

  /** @param {boolean} speaking */
  #say(speaking) {
    this.#speaking = speaking;
    const label = this.#button.querySelector(".app-button__label");
    if (label) label.textContent = this.#texts(speaking ? "reading" : "read");
  }
}

/**
 * What a person sees of an element, as text to be read.
 * @param {HTMLElement} element
 */
export function readable(element) {
  const parts = element.querySelectorAll("h1, h2, p, li, dt, dd, label, button, a.app-button");
  return [...parts]
    .filter((part) => part instanceof HTMLElement && part.offsetParent !== null)
    .filter((part) => !part.querySelector("p, li"))
    .map((part) => part.textContent?.trim().replace(/\s+/g, " ") ?? "")
    .filter(Boolean)
    .map((words) => (/[.!?:…]$/.test(words) ? words : `${words}.`))
    .join(" ");
}
