// @ts-check
/** How much of the screen the call takes: down to its foot, or all of it. */
export class RoomOnScreen {
  #root;
  #button;

  /**
   * @param {HTMLElement} root a `.app-visio`
   * @param {HTMLElement} button asks for the full screen; hidden where there is none
   */
  constructor(root, button) {
    this.#root = root;
    this.#button = button;
  }

  connect() {
    this.#button.hidden = !document.fullscreenEnabled;
    document.addEventListener("fullscreenchange", this.#changed);
    addEventListener("resize", this.#fit);
    this.#fit();
  }

  disconnect() {
    document.removeEventListener("fullscreenchange", this.#changed);
    removeEventListener("resize", this.#fit);
  }

  toggle() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.#root.requestFullscreen().catch(() => {});
  }

  #changed = () => {
    this.#button.dataset.on = String(!document.fullscreenElement);
    this.#fit();
  };

  // An element far down the page cannot use the rest of the screen: it gets a whole one.
  #fit = () => {
    const top = Math.max(0, Math.round(this.#root.getBoundingClientRect().top + scrollY));
    const above = document.fullscreenElement || top > innerHeight / 3 ? 0 : top;
    this.#root.style.setProperty("--visio-above", `${above}px`);
  };
}
