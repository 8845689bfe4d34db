// @ts-check
/** Measures the network with a real call to oneself through the media process. */
import { measureNetwork } from "../../readiness/network.js";
import { part, phaseOf, setPhase, showVerdict } from "../stage.js";

/** Written where a figure is not known. */
const UNKNOWN = "–";

export class NetworkStep {
  #stage;
  #judge;
  #streams;
  #rules;
  #routes;
  #next;
  /** @type {AbortController | null} */
  #measuring = null;

  /**
   * @param {HTMLElement} stage
   * @param {{judge: import("../judge.js").Judge, streams: import("../streams.js").Streams, checks: import("../judge.js").Checks, addresses: import("../live.js").Addresses, next: () => void}} tools
   */
  constructor(stage, { judge, streams, checks, addresses, next }) {
    this.#stage = stage;
    this.#judge = judge;
    this.#streams = streams;
    this.#rules = checks.network;
    this.#routes = addresses.echo;
    this.#next = next;
  }

  connect() {
    if (!this.#stage.dataset.measured) void this.#measure();
  }

  disconnect() {
    this.#measuring?.abort();
    this.#measuring = null;
  }

  /** @param {string} action */
  act(action) {
    if (action === "measure") void this.#measure();
    if (action === "sound_only") {
      this.#streams.decline("camera");
      this.#next();
    }
    return action === "measure" || action === "sound_only";
  }

  async #measure() {
    this.#measuring?.abort();
    const measuring = new AbortController();
    this.#measuring = measuring;
    setPhase(this.#stage, "working");
    showVerdict(this.#stage, null);
    this.#showFigures(null);
    this.#progress(0);
    const verdict = await this.#verdict(measuring.signal);
    if (measuring !== this.#measuring || !verdict) return;
    this.#stage.dataset.measured = "true";
    setPhase(this.#stage, phaseOf(verdict));
    showVerdict(this.#stage, verdict);
  }

  /** @param {AbortSignal} signal */
  async #verdict(signal) {
    const result = await measureNetwork({
      rules: this.#rules,
      media: this.#routes,
      onProgress: (done) => this.#progress(done),
      signal,
    });
    if (!result) return null;
    if ("failure" in result) return this.#judge.failure("network", result.failure);
    this.#showFigures(result.figures);
    return this.#judge.figures("network", result.figures);
  }

  /** @param {number} done 0 to 1 */
  #progress(done) {
    const bar = this.#stage.querySelector("#network-progress");
    if (bar instanceof HTMLProgressElement) bar.value = Math.round(done * 100);
  }

  /** @param {Record<string, import("../../lib/measured.js").Measured> | null} figures */
  #showFigures(figures) {
    const box = part(this.#stage, "figures");
    if (!box) return;
    box.hidden = figures === null;
    for (const place of box.querySelectorAll("[data-figure]")) {
      const value = figures?.[/** @type {HTMLElement} */ (place).dataset.figure ?? ""];
      place.textContent =
        typeof value === "number"
          ? value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })
          : UNKNOWN;
    }
  }
}
