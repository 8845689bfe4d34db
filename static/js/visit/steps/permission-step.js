// @ts-check
/** Asks for the camera or the microphone, and shows how to undo a refusal. */
import { announce } from "../../lib/texts.js";
import { describeThis, recoveryFor } from "../../readiness/device.js";
import { permissionOf, PermissionWatch, Refused } from "../../readiness/permission.js";
import { setPhase, showVerdict } from "../stage.js";

/** Long enough to read "Votre caméra est autorisée", milliseconds. */
const GO_ON_AFTER_MS = 1100;

/** What the instructions of templates/citizen/recovery.html can undo. */
const RECOVERABLE = new Set(["denied", "blocked_by_system"]);

export class PermissionStep {
  #stage;
  #kind;
  #tools;
  #asking = false;
  #gone = false;
  /** @type {PermissionWatch | null} */
  #watch = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} stage
   * @param {import("../streams.js").Kind} kind
   * @param {{judge: import("../judge.js").Judge, streams: import("../streams.js").Streams, checks: import("../judge.js").Checks, next: () => void}} tools
   */
  constructor(stage, kind, tools) {
    this.#stage = stage;
    this.#kind = kind;
    this.#tools = tools;
  }

  connect() {
    this.#gone = false;
    void this.#begin();
  }

  disconnect() {
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#watch?.disconnect();
    this.#watch = null;
  }

  /** @param {string} action */
  act(action) {
    if (action === "ask") void this.#ask();
    if (action === "without") this.#tools.next();
    return action === "ask" || action === "without";
  }

  async #begin() {
    if (this.#tools.streams.track(this.#kind)) {
      setPhase(this.#stage, "good");
      showVerdict(this.#stage, await this.#tools.judge.figures(this.#kind, {}));
      return;
    }
    const state = await permissionOf(this.#kind);
    if (this.#gone || this.#asking) return;
    // Nothing is asked of a person who said yes already; a no is explained at once.
    if (state === "granted") await this.#ask();
    else if (state === "denied") await this.#failed("denied");
    else setPhase(this.#stage, "idle");
  }

  /** @param {{quietly?: boolean}} [options] quietly leaves the screen as it is while asking */
  async #ask({ quietly = false } = {}) {
    if (this.#asking) return;
    this.#asking = true;
    if (!quietly) {
      setPhase(this.#stage, "working");
      showVerdict(this.#stage, null);
      this.#showRecovery(null);
    }
    try {
      await this.#tools.streams.ask(this.#kind);
      await this.#succeeded();
    } catch (error) {
      const what = error instanceof Refused ? error.what : "aborted";
      if (!this.#gone && !(quietly && this.#watch)) await this.#failed(what);
    } finally {
      this.#asking = false;
    }
  }

  async #succeeded() {
    this.#watch?.disconnect();
    this.#watch = null;
    this.#showRecovery(null);
    const verdict = await this.#tools.judge.figures(this.#kind, {});
    if (this.#gone) return;
    setPhase(this.#stage, "good");
    showVerdict(this.#stage, verdict);
    this.#timer = setTimeout(() => this.#tools.next(), GO_ON_AFTER_MS);
  }

  /** @param {string} what */
  async #failed(what) {
    setPhase(this.#stage, "failed");
    const verdict = await this.#tools.judge.failure(this.#kind, what);
    if (this.#gone) return;
    showVerdict(this.#stage, verdict);
    announce(`${verdict.sentence} ${verdict.advice}`);
    this.#showRecovery(RECOVERABLE.has(what) ? what : null);
    this.#watch?.disconnect();
    this.#watch = new PermissionWatch({
      kind: this.#kind,
      what,
      lookEveryMs: this.#tools.checks[this.#kind].look_every_ms,
      worthAsking: () => void this.#ask({ quietly: true }),
    });
    this.#watch.connect();
  }

  /** @param {string | null} what */
  #showRecovery(what) {
    const wanted = what ? recoveryFor(describeThis(), what === "blocked_by_system") : null;
    for (const list of this.#stage.querySelectorAll("[data-recovery]")) {
      if (list instanceof HTMLElement) list.hidden = list.dataset.recovery !== wanted;
    }
  }
}
