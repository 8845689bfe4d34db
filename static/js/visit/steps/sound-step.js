// @ts-check
/** Plays a little tune and asks whether it was heard. */
import { playTune } from "../../readiness/sound.js";
import { setPhase, showVerdict } from "../stage.js";

export class SoundStep {
  #stage;
  #judge;
  #next;

  /**
   * @param {HTMLElement} stage
   * @param {{judge: import("../judge.js").Judge, next: () => void}} tools
   */
  constructor(stage, { judge, next }) {
    this.#stage = stage;
    this.#judge = judge;
    this.#next = next;
  }

  connect() {
    showVerdict(this.#stage, null);
    setPhase(this.#stage, "idle");
  }

  disconnect() {}

  /** @param {string} action */
  act(action) {
    if (action === "play") void this.#play();
    if (action === "heard") {
      void this.#judge.figures("sound", {});
      this.#next();
    }
    if (action === "unheard") void this.#fail("unheard");
    return ["play", "heard", "unheard"].includes(action);
  }

  async #play() {
    showVerdict(this.#stage, null);
    setPhase(this.#stage, "asked");
    const failure = await playTune();
    if (failure) await this.#fail(failure);
  }

  /** @param {string} what */
  async #fail(what) {
    const verdict = await this.#judge.failure("sound", what);
    setPhase(this.#stage, "failed");
    showVerdict(this.#stage, verdict);
  }
}
