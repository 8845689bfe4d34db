// @ts-check
/** The call itself: hands over the camera and microphone that were checked, and ends the path. */
import { CallSession } from "../../call/session.js";
import { CallView } from "../../call/view.js";

/** Time to read why the call ended when one has not ended it oneself, milliseconds. */
const READ_WHY_MS = 2500;

const INSIDE = new Set(["admitted", "in_call"]);

/** Ends after which the waiting room says why, and lets the person knock again. */
const SENT_OUT = new Set(["removed", "refused"]);

export class CallStep {
  #stage;
  #tools;
  /** @type {CallSession | null} */
  #session = null;
  /** @type {CallView | null} */
  #view = null;
  #gone = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} stage
   * @param {object} tools
   * @param {import("../judge.js").Judge} tools.judge
   * @param {import("../streams.js").Streams} tools.streams
   * @param {import("../live.js").Live} tools.live
   * @param {import("../live.js").Addresses} tools.addresses
   * @param {import("../../call/prejoin.js").Prejoin} tools.prejoin
   * @param {(id: string) => void} tools.go
   */
  constructor(stage, tools) {
    this.#stage = stage;
    this.#tools = tools;
  }

  connect() {
    this.#gone = false;
    this.#tools.live.addEventListener("state", this.#onState);
    if (INSIDE.has(this.#tools.live.state.presence)) void this.#enter();
    // Not before this step is settled: one move at a time.
    else queueMicrotask(() => this.#gone || this.#tools.go("waiting_room"));
  }

  disconnect() {
    this.#gone = true;
    this.#tools.live.removeEventListener("state", this.#onState);
    clearTimeout(this.#timer);
    this.#view?.disconnect();
    this.#view = null;
    // Going back in the history hangs up: no camera films on a page that does not show it.
    if (this.#session) this.#tools.live.leaving(this.#session.leave());
    this.#session = null;
  }

  /** @param {string} action */
  act(action) {
    // The view hears its own buttons.
    return action !== "next" && action !== "pass";
  }

  /** Going back would hang up: one is asked first. */
  stay() {
    if (!this.#session?.isLive) return false;
    this.#view?.askToLeave();
    return true;
  }

  #onState = () => {
    const { presence, names } = this.#tools.live.state;
    this.#view?.setNames(names);
    // An agent put them out of the call.
    if (SENT_OUT.has(presence)) this.#sentOut();
  };

  /** The state is read first: the waiting room knocks unless it knows of a refusal. */
  async #sentOut() {
    await this.#tools.live.latest();
    if (!this.#gone) this.#tools.go("waiting_room");
  }

  async #enter() {
    // A page loaded anew: the connection is made while the devices open.
    if (this.#tools.live.state.presence === "admitted") this.#tools.prejoin.ask();
    await this.#takeWhatIsAllowed();
    const root = this.#stage.querySelector("#call");
    if (this.#gone || !(root instanceof HTMLElement)) return;
    const session = new CallSession({
      ...this.#tools.addresses.media,
      tracks: this.#tools.streams.handOver(),
      prejoin: this.#tools.prejoin,
    });
    this.#session = session;
    session.addEventListener("state", (event) => {
      this.#changed(/** @type {CustomEvent} */ (event).detail);
    });
    // The browser connects while the page draws.
    const joined = session.join();
    this.#view = new CallView(root, { session, names: this.#tools.live.state.names });
    this.#view.connect();
    await joined;
  }

  /** After a reload the browser gives again what it was allowed before, without a question. */
  async #takeWhatIsAllowed() {
    const { streams, judge } = this.#tools;
    await streams.regain("microphone");
    // On such a network the picture would only take the place of the sound.
    if (judge.useAfter("network") === "phone") streams.decline("camera");
    else await streams.regain("camera");
  }

  /** @param {{state: string, reason: string}} change */
  #changed({ state, reason }) {
    if (this.#gone || reason === "replaced") return;
    // Sent out on the way in: the seat is to be asked for again.
    if (state === "failed" && reason === "lobby.not_admitted") this.#tools.go("waiting_room");
    if (state !== "ended") return;
    const wait = reason === "left" ? 0 : READ_WHY_MS;
    const goOn = () => (SENT_OUT.has(reason) ? this.#sentOut() : this.#tools.go("end"));
    this.#timer = setTimeout(goOn, wait);
  }
}
