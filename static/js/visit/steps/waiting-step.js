// @ts-check
/** Knocks, waits, says how long, and what the agent answered. */
import { Elapsed } from "../../lib/elapsed.js";
import { postJson } from "../../lib/http.js";
import { playRing } from "../../lib/sounds.js";
import { part, setPhase, write } from "../stage.js";

const MINUTE_MS = 60_000;
const KNOCK_AGAIN_MS = 4000;

/** @typedef {import("../live.js").VisitState} VisitState */

export class WaitingStep {
  #stage;
  #tools;
  #waited = new Elapsed();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  #knocksOnceUnlocked = false;
  #stateChanged = (/** @type {Event} */ event) => this.#show(/** @type {CustomEvent} */ (event).detail);

  /**
   * @param {HTMLElement} stage
   * @param {{texts: import("../judge.js").Texts, live: import("../live.js").Live, uses: Record<string, string>, enter: () => void, addresses: import("../live.js").Addresses}} tools
   */
  constructor(stage, tools) {
    this.#stage = stage;
    this.#tools = tools;
  }

  connect() {
    this.#waited = new Elapsed();
    this.#clock = setInterval(() => this.#tick(), 5000);
    this.#tick();
    this.#tools.live.addEventListener("state", this.#stateChanged);
    const { state } = this.#tools.live;
    this.#show(state);
    // A reloaded page shows the refusal; the person decides whether to knock again.
    if (!["refused", "removed"].includes(state.presence)) void this.#knock();
  }

  disconnect() {
    clearInterval(this.#clock);
    clearTimeout(this.#again);
    this.#tools.live.removeEventListener("state", this.#stateChanged);
  }

  /** @param {string} action */
  act(action) {
    if (action === "knock") {
      setPhase(this.#stage, "working");
      this.#waited = new Elapsed();
      this.#tick();
      void this.#knock();
    }
    if (action === "ring") void playRing();
    if (action === "enter") this.#tools.enter();
    return ["knock", "ring", "enter"].includes(action);
  }

  async #knock() {
    const { state } = this.#tools.live;
    if (state.locked && state.presence !== "waiting") {
      this.#knocksOnceUnlocked = true;
      setPhase(this.#stage, "locked");
      return;
    }
    try {
      await postJson(this.#tools.addresses.knock);
      this.#tools.live.refresh();
    } catch {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.#knock(), KNOCK_AGAIN_MS);
    }
  }

  /** @param {VisitState} state */
  #show(state) {
    const removed = part(this.#stage, "removed");
    if (removed) removed.hidden = !this.#tools.live.wasRemoved || state.locked;
    // Put out while the page was here already: nobody but the page knocks for them.
    if (state.presence === "removed") void this.#knock();
    if (state.presence === "admitted" || state.presence === "in_call") setPhase(this.#stage, "admitted");
    else if (state.presence === "refused" && !this.#knocksOnceUnlocked) setPhase(this.#stage, "refused");
    else if (state.locked) setPhase(this.#stage, "locked");
    else setPhase(this.#stage, "working");
    if (!state.locked && this.#knocksOnceUnlocked) {
      this.#knocksOnceUnlocked = false;
      void this.#knock();
    }
    write(this.#stage, "refusal-sentence", state.refusal?.sentence ?? "");
    write(this.#stage, "refusal-advice", state.refusal?.advice ?? "");
    write(this.#stage, "use", this.#tools.uses[state.use] ?? "");
  }

  #tick() {
    const minutes = Math.floor(this.#waited.ms / MINUTE_MS);
    const name = minutes < 1 ? "waited_seconds" : minutes === 1 ? "waited_one" : "waited_many";
    const since = part(this.#stage, "since");
    if (since) write(this.#stage, "since", this.#tools.texts(name, { minutes }));
  }
}
