// @ts-check
import { PULSE_EVERY_MS, Pulse } from "./pulse.js";

/**
 * @typedef {"silent" | "disconnected" | "failed" | "network"} Shock
 * `network`: the browser changed networks; nothing is known to be cut yet
 */

/**
 * How long an ICE restart may look like a cut, milliseconds. Chromium 150 says "disconnected" while it
 * restarts, though packets go on; meanwhile only their absence counts (decision 0292).
 */
export const RESTART_WITHIN_MS = 3_000;

/**
 * Watches one connection: whether packets still arrive, and when they arrive again.
 *
 * Events: `shaken` (`detail.reason`: a {@link Shock}), then `steady` once something has arrived; `reading`
 * (`detail.report`), the connection's statistics, each half second.
 */
export class LinkWatch extends EventTarget {
  /** @type {ReturnType<typeof setInterval> | undefined} */ #feeling;
  #connection;
  #listening = new AbortController();
  #pulse = new Pulse();
  #isShaken = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #restarting;

  /** @param {RTCPeerConnection} connection */
  constructor(connection) {
    super();
    this.#connection = connection;
  }

  get isShaken() {
    return this.#isShaken;
  }

  connect() {
    const { signal } = this.#listening;
    const changed = () => this.#stateChanged();
    const moved = () => this.#tell("shaken", "network");
    this.#connection.addEventListener("connectionstatechange", changed, { signal });
    globalThis.addEventListener?.("online", moved, { signal });
    networkOf(globalThis.navigator)?.addEventListener("change", moved, { signal });
    this.#feeling = setInterval(() => this.#feel(), PULSE_EVERY_MS);
  }

  disconnect() {
    clearInterval(this.#feeling);
    clearTimeout(this.#restarting);
    this.#listening.abort();
  }

  /** An offer is about to be applied that may restart ICE in place. */
  expectRestart() {
    clearTimeout(this.#restarting);
    this.#restarting = setTimeout(() => {
      this.#restarting = undefined;
      this.#stateChanged();
    }, RESTART_WITHIN_MS);
  }

  async #feel() {
    const report = await this.#connection.getStats();
    if (this.#listening.signal.aborted) return;
    this.dispatchEvent(new CustomEvent("reading", { detail: { report } }));
    const felt = this.#pulse.feel(report);
    if (felt === "gone") this.#shake("silent");
    else if (felt === "beats" && this.#connection.connectionState === "connected") this.#calm();
  }

  #stateChanged() {
    const state = this.#connection.connectionState;
    if (state === "connected") this.#calm();
    else if (state === "disconnected" && this.#restarting !== undefined) return;
    else if (state === "disconnected" || state === "failed") this.#shake(state);
  }

  /** @param {Shock} reason */
  #shake(reason) {
    if (this.#isShaken) return;
    this.#isShaken = true;
    this.#tell("shaken", reason);
  }

  #calm() {
    if (!this.#isShaken) return;
    this.#isShaken = false;
    this.#tell("steady");
  }

  /**
   * @param {string} type
   * @param {string} [reason]
   */
  #tell(type, reason = "") {
    this.dispatchEvent(new CustomEvent(type, { detail: { reason } }));
  }
}

/**
 * The object whose events report a change of network; only some browsers have one.
 * @param {any} navigator
 * @returns {EventTarget | undefined}
 */
function networkOf(navigator) {
  return navigator?.connection;
}
