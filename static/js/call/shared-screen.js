// @ts-check
import { REFUSED_SHARING } from "./notice.js";
import { SCREEN_MID } from "./signals.js";

/** @typedef {import("./peer-link.js").PeerLink} PeerLink */
/** @typedef {import("./messages.js").PlaneMessage} PlaneMessage */

/** Letters must be sharp, and 15 pictures a second are enough to follow. */
const WISH = { video: { frameRate: { max: 15 } }, audio: false };

/**
 * The screen that is shared in a call, ours or another's: one at a time.
 *
 * Events: `change` (another sharer, or another picture), `trouble` ({code} in `detail`).
 */
export class SharedScreen extends EventTarget {
  /** @type {PeerLink | null} */ #link = null;
  /** @type {MediaStreamTrack | null} */ #own = null;
  #sharer = "";
  #asking = false;
  #isOver = false;

  /** Whether this browser can show its screen; those of telephones cannot. */
  static get isPossible() {
    return typeof navigator.mediaDevices?.getDisplayMedia === "function";
  }

  /** Whether it is ours. */
  get isOurs() {
    return this.#own !== null;
  }

  /** Whose screen it is when it is somebody else's; empty when nobody's. */
  get participant() {
    return this.isOurs ? "" : this.#sharer;
  }

  /** Their picture. @returns {MediaStreamTrack | null} */
  get track() {
    return this.participant ? (this.#link?.received(SCREEN_MID) ?? null) : null;
  }

  /**
   * Let the person choose what to show, and share it. Browsers require that a click calls this.
   * When the person closes the browser's question, nothing happens and nothing is reported.
   */
  async start() {
    if (this.isOurs || this.#asking) return;
    if (this.#sharer) return this.#trouble("media.screen_taken");
    this.#asking = true;
    try {
      const [track] = (await navigator.mediaDevices.getDisplayMedia(WISH)).getVideoTracks();
      if (this.#isOver) return track.stop();
      track.contentHint = "detail";
      // Browsers show their own button to stop sharing.
      track.addEventListener("ended", () => this.stop(), { once: true });
      this.#own = track;
      await this.#ask();
      this.#changed();
    } catch (error) {
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      if (!refused) this.#trouble("screen.failed");
      else if (/system/i.test(error.message)) this.#trouble("screen.denied");
    } finally {
      this.#asking = false;
    }
  }

  /** Stop sharing. */
  stop() {
    if (!this.#own) return;
    this.#link?.say({ type: "share", on: false });
    this.#letGo();
  }

  /** Go on with another connection; what we share is shared again. @param {PeerLink} link */
  use(link) {
    this.#link = link;
    this.#isOver = false;
    link.addEventListener("open", () => this.#own && this.#ask());
    link.addEventListener("message", (event) => {
      this.#received(/** @type {CustomEvent<PlaneMessage>} */ (event).detail);
    });
  }

  /** The call is over. */
  close() {
    this.#isOver = true;
    this.#letGo();
    this.#sharer = "";
    this.#changed();
  }

  async #ask() {
    this.#link?.say({ type: "share", on: true });
    await this.#link?.share(this.#own);
  }

  #letGo() {
    this.#own?.stop();
    this.#own = null;
    this.#link?.share(null).catch(() => {});
    this.#changed();
  }

  /** @param {PlaneMessage} message */
  #received(message) {
    if (message.type === "layout") {
      this.#sharer = message.screen ?? "";
      this.#changed();
    } else if (message.type === "error" && REFUSED_SHARING.has(message.code)) {
      this.#letGo();
      this.#trouble(message.code);
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} code */
  #trouble(code) {
    this.dispatchEvent(new CustomEvent("trouble", { detail: { code } }));
  }
}
