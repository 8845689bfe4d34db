// @ts-check
/** Measures the network with a real call to oneself through the media process. */
import { csrfToken } from "../../lib/http.js";
import { part, phaseOf, setPhase, showVerdict } from "../stage.js";

/** Why there is nothing to judge, in the words of readiness/checks/network.py. */
const WHAT = /** @type {Record<string, string>} */ ({
  "network.no_media": "blocked",
  "network.timeout": "blocked",
  "network.offer_failed": "unavailable",
});

export class NetworkStep {
  #stage;
  #judge;
  #streams;
  #rules;
  #next;
  /** @type {AbortController | null} */
  #measuring = null;

  /**
   * @param {HTMLElement} stage
   * @param {{judge: import("../judge.js").Judge, streams: import("../streams.js").Streams, checks: import("../judge.js").Checks, next: () => void}} tools
   */
  constructor(stage, { judge, streams, checks, next }) {
    this.#stage = stage;
    this.#judge = judge;
    this.#streams = streams;
    this.#rules = checks.network;
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
    const limit = setTimeout(() => measuring.abort("timeout"), this.#rules.at_most_ms);
    const verdict = await this.#verdict(measuring.signal);
    clearTimeout(limit);
    if (measuring !== this.#measuring || !verdict) return;
    this.#stage.dataset.measured = "true";
    setPhase(this.#stage, phaseOf(verdict));
    showVerdict(this.#stage, verdict);
  }

  /** @param {AbortSignal} signal */
  async #verdict(signal) {
    try {
      // Fetched only now: whoever passes over this step never loads it.
      const { probe } = await import("../../call/network-probe.js");
      const measured = await withLimit(
        probe({
          offerUrl: "/parcours/media/offre?echo=1",
          answerUrl: "/parcours/media/reponse",
          leaveUrl: "/parcours/media/quitter?echo=1",
          csrfToken: csrfToken(),
          seconds: this.#rules.measure_s,
          onProgress: ({ done }) => this.#progress(done),
          signal,
        }),
        signal,
      );
      const { loss, rtt_ms, jitter_ms, up_kbps, down_kbps } = measured;
      const figures = { loss_percent: loss * 100, rtt_ms, jitter_ms, up_kbps, down_kbps };
      this.#showFigures(figures);
      return await this.#judge.figures("network", figures);
    } catch (error) {
      if (signal.aborted && signal.reason !== "timeout") return null;
      const code = /** @type {{code?: string}} */ (error)?.code ?? "";
      const what = signal.aborted ? "timeout" : (WHAT[code] ?? "unavailable");
      return this.#judge.failure("network", what);
    }
  }

  /** @param {number} done 0 to 1 */
  #progress(done) {
    const bar = this.#stage.querySelector("#network-progress");
    if (bar instanceof HTMLProgressElement) bar.value = Math.round(done * 100);
  }

  /** @param {Record<string, number> | null} figures */
  #showFigures(figures) {
    const box = part(this.#stage, "figures");
    if (!box) return;
    box.hidden = figures === null;
    for (const place of box.querySelectorAll("[data-figure]")) {
      const value = figures?.[/** @type {HTMLElement} */ (place).dataset.figure ?? ""] ?? 0;
      place.textContent = value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    }
  }
}

/**
 * The promise, or the signal's end, whichever comes first.
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function withLimit(work, signal) {
  const ended = new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
  return Promise.race([work, /** @type {Promise<never>} */ (ended)]);
}
