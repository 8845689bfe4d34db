// @ts-check
import { announce } from "../lib/texts.js";
import { Parts } from "./parts.js";
import { SharedScreen } from "./shared-screen.js";

/** @typedef {(name: string, values?: Record<string, string | number>) => string} Texts */

/**
 * The shared screen on the page: large, with the faces beside it, when another participant shares; a
 * sentence and a button to stop when we share.
 */
export class ScreenView {
  #listening = new AbortController();
  #root;
  #screen;
  #texts;
  #nameOf;
  #parts;
  #video;
  #stream = new MediaStream();
  #said = "";

  /**
   * @param {HTMLElement} root a `.app-visio`
   * @param {object} options
   * @param {SharedScreen} options.screen
   * @param {Texts} options.texts
   * @param {(participant: string) => string} options.nameOf
   */
  constructor(root, { screen, texts, nameOf }) {
    this.#root = root;
    this.#screen = screen;
    this.#texts = texts;
    this.#nameOf = nameOf;
    this.#parts = new Parts(root);
    this.#video = /** @type {HTMLVideoElement} */ (this.#parts.part("screen", "video"));
    this.#video.srcObject = this.#stream;
  }

  connect() {
    const { signal } = this.#listening;
    this.#parts.action("share").hidden = !SharedScreen.isPossible;
    this.#root.addEventListener("click", this.#clicked, { signal });
    this.#screen.addEventListener("change", () => this.show(), { signal });
    this.show();
  }

  disconnect() {
    this.#listening.abort();
    this.#listening = new AbortController();
  }

  /** Show what there is now, under the names that are known now. */
  show() {
    const { isOurs, participant, track } = this.#screen;
    const name = participant && this.#nameOf(participant);
    this.#root.dataset.screen = isOurs ? "ours" : participant ? "theirs" : "none";
    this.#parts.part("screen").hidden = !participant;
    this.#parts.part("sharing").hidden = !isOurs;
    this.#parts.action("share").dataset.on = String(!isOurs);
    const title = name && this.#texts("screen_of", { name });
    this.#parts.part("screen-name").textContent = title;
    this.#video.setAttribute("aria-label", title);
    this.#play(track);
    this.#say(isOurs ? "sharing" : participant, name);
  }

  /** @param {MediaStreamTrack | null} track */
  #play(track) {
    for (const one of this.#stream.getTracks()) if (one !== track) this.#stream.removeTrack(one);
    if (track) this.#stream.addTrack(track);
    // Without sound no browser requires a touch; a stream replaced in the meantime plays by itself.
    if (track) this.#video.play().catch(() => {});
  }

  /**
   * Announce what has changed, once.
   *
   * @param {string} who
   * @param {string} name
   */
  #say(who, name) {
    if (who === this.#said) return;
    const before = this.#said;
    this.#said = who;
    if (who === "sharing") announce(this.#texts("my_screen_on"));
    else if (who) announce(this.#texts("screen_on", { name }));
    else announce(this.#texts(before === "sharing" ? "my_screen_off" : "screen_off"));
  }

  #clicked = (/** @type {Event} */ event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-action]");
    const action = button instanceof HTMLElement ? button.dataset.action : "";
    if (action === "unshare" || (action === "share" && this.#screen.isOurs)) this.#stop();
    else if (action === "share") this.#screen.start();
  };

  #stop() {
    this.#screen.stop();
    // The button that was pressed may be gone: focus moves to the one that starts sharing.
    this.#parts.action("share").focus();
  }
}
