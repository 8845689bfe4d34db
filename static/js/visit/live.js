// @ts-check
/** Keeps the visit's state fresh, and reports regularly that the page is open. */
import { postJson } from "../lib/http.js";
import { Nudges } from "../lib/nudges.js";

const BEAT_EVERY_MS = 15_000;

/** How long a person is made to wait for a fresh state, milliseconds. */
const ANSWER_WITHIN_MS = 4000;

/**
 * @typedef {{id: number, author: "citizen" | "agent", text: string, at: string}} Message
 * @typedef {object} VisitState What the state route answers.
 * @property {number} revision
 * @property {"on_path" | "waiting" | "admitted" | "in_call" | "refused" | "left" | "removed"} presence
 * @property {{code: string, sentence: string, advice: string} | null} refusal
 * @property {boolean} stuck
 * @property {Message[]} messages
 * @property {Record<string, string>} names who may be in the call, by participant
 * @property {{name: string}} agent
 * @property {string} use video, audio or phone
 * @property {Record<string, {level: string, code: string}>} checks
 * @property {string} closes_at
 * @property {"open" | "closed" | "cancelled" | "too_early"} room_state
 * @property {boolean} locked nobody new may knock or be let in
 */

/**
 * The addresses of the routes this page asks, as the server wrote them into it.
 * @typedef {import("../call/signals.js").MediaRoutes} MediaRoutes
 * @typedef {Record<"state" | "steps" | "step" | "device" | "check" | "help" | "help_over" | "message" |
 *   "name" | "knock" | "presence", string> & {media: MediaRoutes, echo: MediaRoutes}} Addresses
 */

/** Events: `state` with the state itself as detail; `trouble` {code}; `recovered`. */
export class Live extends EventTarget {
  /** Whether an agent put this person out of the call, and nobody has let them in since. */
  wasRemoved = false;
  #state;
  #nudges;
  #presenceUrl;
  #farewell = Promise.resolve();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #beating;

  /**
   * @param {{ticket: string, state: VisitState, addresses: Addresses, eager: boolean}} options
   *   eager as in lib/nudges.js
   */
  constructor({ ticket, state, addresses, eager }) {
    super();
    this.#presenceUrl = addresses.presence;
    this.#state = state;
    this.#nudges = new Nudges({
      ticket,
      stateUrl: addresses.state,
      since: state.revision,
      eager,
      onState: (fresh) => this.#take(fresh),
      onTrouble: (code) => this.dispatchEvent(new CustomEvent("trouble", { detail: { code } })),
      onRecovered: () => this.dispatchEvent(new CustomEvent("recovered")),
    });
  }

  /** @returns {VisitState} */
  get state() {
    return this.#state;
  }

  connect() {
    this.#nudges.connect();
    this.#beating = setInterval(() => void this.#beat(), BEAT_EVERY_MS);
  }

  disconnect() {
    this.#nudges.disconnect();
    clearInterval(this.#beating);
  }

  /** Open the socket now, if it is not. */
  hurry() {
    this.#nudges.hurry();
  }

  /** Read the state now. */
  refresh() {
    void this.#nudges.refresh();
  }

  /**
   * The call is being left: until the server knows, the state still says that one is in it.
   * @param {Promise<void>} leave ends when the server knows
   */
  leaving(leave) {
    this.#farewell = leave;
  }

  /**
   * The state as the server has it now; the last one known where it does not answer in time.
   * @returns {Promise<VisitState>}
   */
  async latest() {
    const read = this.#farewell.then(() => this.#nudges.refresh());
    await Promise.race([read, new Promise((enough) => setTimeout(enough, ANSWER_WITHIN_MS))]);
    return this.#state;
  }

  /** @param {VisitState} state */
  #take(state) {
    this.#state = state;
    if (state.presence === "removed") this.wasRemoved = true;
    if (state.presence === "admitted" || state.presence === "in_call") this.wasRemoved = false;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  async #beat() {
    // One beat lost is followed by another.
    await postJson(this.#presenceUrl).catch(() => {});
  }
}
