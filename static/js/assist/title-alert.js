// @ts-check
/** Says in the tab's title how many people need something; blinks while the page is hidden. */

const BLINK_MS = 1200;

export class TitleAlert {
  #plain = document.title;
  #count = 0;
  #sentence = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #turn = false;

  connect() {
    document.addEventListener("visibilitychange", this.#show);
  }

  disconnect() {
    document.removeEventListener("visibilitychange", this.#show);
    this.#count = 0;
    this.#show();
  }

  /** @param {number} count how many people need something */
  count(count) {
    this.#count = count;
    this.#show();
  }

  /** @param {string} sentence what has just happened; shown while the page is hidden */
  tell(sentence) {
    this.#sentence = sentence;
    this.#show();
  }

  #show = () => {
    clearInterval(this.#timer);
    if (!document.hidden) this.#sentence = "";
    this.#turn = false;
    this.#write();
    if (document.hidden && this.#sentence && this.#count) {
      this.#timer = setInterval(() => {
        this.#turn = !this.#turn;
        this.#write();
      }, BLINK_MS);
    }
  };

  #write() {
    const counted = this.#count ? `(${this.#count}) ${this.#plain}` : this.#plain;
    document.title = this.#turn ? this.#sentence : counted;
  }
}
