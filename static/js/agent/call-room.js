// @ts-check
import { Prejoin } from "../call/prejoin.js";
import { CallSession } from "../call/session.js";
import { CallView } from "../call/view.js";
import { acquire } from "../lib/devices.js";
import { SIGNS_OF_A_PRESS } from "../lib/events.js";
import { readTexts } from "../lib/texts.js";

/** @typedef {import("../lib/devices.js").DeviceKind} DeviceKind */
/** @typedef {import("../call/own-part.js").MediaOptions} MediaOptions */

/**
 * The agent's way into the call: camera and microphone are asked for on the same page, then the
 * call replaces the question. A device that is missing or refused never keeps the agent out; one that
 * the browser grants without a question opens while the other's picture is shown already.
 */
export class CallRoom {
  #element;
  #texts = readTexts("room-texts");
  #prejoin;
  /** @type {Set<DeviceKind>} */ #granted = new Set();
  #isAsking = false;
  /** @type {CallSession | null} */
  #session = null;
  /** @type {CallView | null} */
  #view = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    this.#prejoin = new Prejoin(this.#routes);
  }

  connect() {
    this.#element.addEventListener("click", this.#clicked);
    this.#element.addEventListener("board:state", this.#named);
    for (const sign of SIGNS_OF_A_PRESS) this.#part("ready").addEventListener(sign, this.#hasten);
    this.#hasten();
    void this.#learnWhatIsGranted();
  }

  disconnect() {
    this.#element.removeEventListener("click", this.#clicked);
    this.#element.removeEventListener("board:state", this.#named);
    for (const sign of SIGNS_OF_A_PRESS) this.#part("ready").removeEventListener(sign, this.#hasten);
    this.#prejoin.drop();
    window.removeEventListener("popstate", this.#wentBack);
    this.#view?.disconnect();
    void this.#session?.leave();
  }

  #clicked = (/** @type {MouseEvent} */ event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-enter]");
    if (button instanceof HTMLElement) void this.#enter(button.dataset.enter === "video");
  };

  #named = (/** @type {Event} */ event) => {
    this.#view?.setNames(/** @type {CustomEvent} */ (event).detail.names ?? {});
  };

  get #routes() {
    const { offerUrl = "", answerUrl = "", leaveUrl = "" } = this.#element.dataset;
    return { offerUrl, answerUrl, leaveUrl };
  }

  #hasten = () => {
    // Who is in the call on another page of theirs would be taken out of it there.
    if (!this.#session && this.#element.dataset.elsewhere !== "true") this.#prejoin.ask();
  };

  async #learnWhatIsGranted() {
    for (const kind of /** @type {const} */ (["camera", "microphone"])) {
      if (await isGranted(kind)) this.#granted.add(kind);
    }
    // Somebody was just let in: nothing is left to ask when the browser already said yes.
    if (this.#element.dataset.enter === "true" && this.#granted.size === 2) void this.#enter(true);
  }

  /** @param {boolean} withCamera */
  async #enter(withCamera) {
    if (this.#session || this.#isAsking) return;
    this.#hasten();
    const isGiven = this.#granted.has("microphone") && (!withCamera || this.#granted.has("camera"));
    if (!isGiven) return this.#ask(withCamera);
    const video = withCamera ? acquire("camera") : null;
    this.#open({ opening: { audio: acquire("microphone"), video } });
  }

  /**
   * Ask for the devices, then enter with those that were given.
   * @param {boolean} withCamera
   */
  async #ask(withCamera) {
    this.#busy(true);
    // One question at a time: together, a refusal of one is taken for a refusal of both.
    const audio = await have("microphone");
    const video = withCamera ? await have("camera") : null;
    this.#busy(false);
    if (!audio && withCamera && !video && !this.#warned("both")) return;
    if (!audio && !this.#warned("microphone")) return;
    if (withCamera && !video) this.#warned("camera");
    this.#open({ tracks: { audio, video } });
  }

  /**
   * Say what is missing; true when it had been said already: pressing again goes in all the same.
   * @param {"both" | "microphone" | "camera"} what
   */
  #warned(what) {
    const problem = this.#part("problem");
    const words = this.#texts(what);
    if (problem.textContent === words) return true;
    problem.textContent = words;
    return false;
  }

  /** @param {MediaOptions} media */
  #open(media) {
    const session = new CallSession({ ...this.#routes, ...media, prejoin: this.#prejoin });
    session.addEventListener("state", this.#moved);
    this.#part("ready").hidden = true;
    this.#part("call").hidden = false;
    /** @type {Record<string, string>} */
    const names = JSON.parse(document.getElementById("call-names")?.textContent ?? "{}");
    const root = /** @type {HTMLElement} */ (document.getElementById("call"));
    this.#session = session;
    // An entry to go back to that is still this page.
    history.pushState({ call: true }, "");
    window.addEventListener("popstate", this.#wentBack);
    // The browser connects while the page draws.
    void session.join();
    this.#view = new CallView(root, { session, names });
    this.#view.connect();
  }

  /** Going back would leave the call: it is asked first. Outside a call, one goes back further. */
  #wentBack = () => {
    if (!this.#session?.isLive) return history.back();
    history.pushState({ call: true }, "");
    this.#view?.askToLeave();
  };

  #moved = (/** @type {Event} */ event) => {
    const { state, reason } = /** @type {CustomEvent} */ (event).detail;
    if (state === "ended" && reason === "left") {
      location.assign(this.#element.dataset.endUrl ?? "");
    }
  };

  /** @param {boolean} busy */
  #busy(busy) {
    this.#isAsking = busy;
    for (const button of this.#element.querySelectorAll("button[data-enter]")) {
      button.setAttribute("aria-busy", String(busy));
    }
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  #part(name) {
    return /** @type {HTMLElement} */ (this.#element.querySelector(`[data-part="${name}"]`));
  }
}

/**
 * @param {DeviceKind} kind
 * @returns {Promise<MediaStreamTrack | null>}
 */
async function have(kind) {
  return acquire(kind).catch(() => null);
}

/** @param {DeviceKind} kind */
async function isGranted(kind) {
  try {
    const name = /** @type {PermissionName} */ (/** @type {string} */ (kind));
    return (await navigator.permissions.query({ name })).state === "granted";
  } catch {
    // Not every browser tells: then the button asks.
    return false;
  }
}
