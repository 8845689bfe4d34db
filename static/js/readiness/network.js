// @ts-check
/**
 * The network check (kiosk/readiness/checks/network.py): a real call to oneself through the media
 * process, measured for some seconds.
 */

import { measured } from "../lib/measured.js";

/**
 * What to measure with: readiness/checks/network.py says what each means.
 * @typedef {import("../call/network-probe.js").ProbeRules & {at_most_ms: number}} NetworkRules
 * @typedef {import("../lib/measured.js").Measured} Measured
 * @typedef {{loss_percent: Measured, rtt_ms: Measured, jitter_ms: Measured, up_kbps: Measured, down_kbps: Measured}} NetworkFigures
 * @typedef {{figures: NetworkFigures} | {failure: string}} NetworkResult
 */

/** The check's names for the codes of call/network-probe.js. */
const FAILURES = /** @type {Record<string, string>} */ ({
  "network.no_media": "blocked",
  "network.timeout": "blocked",
  "network.offer_failed": "unavailable",
});

/**
 * Measure the network.
 * @param {object} options
 * @param {NetworkRules} options.rules
 * @param {import("../call/signals.js").MediaRoutes} options.media an echo connection's
 * @param {(done: number) => void} options.onProgress from 0 to 1
 * @param {AbortSignal} options.signal gives up
 * @returns {Promise<NetworkResult | null>} null when it was given up
 */
export async function measureNetwork({ rules, media, onProgress, signal }) {
  const ended = new AbortController();
  const giveUp = () => ended.abort();
  signal.addEventListener("abort", giveUp, { once: true });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    ended.abort();
  }, rules.at_most_ms);
  try {
    // Fetched only now: a person who passes over this step never loads it.
    const { probe } = await import("../call/network-probe.js");
    const measuring = probe({
      ...media,
      rules,
      onProgress: ({ done }) => onProgress(done),
      signal: ended.signal,
    });
    const { loss, rtt_ms, jitter_ms, up_kbps, down_kbps } = await unlessAborted(measuring, ended.signal);
    return {
      figures: {
        loss_percent: measured(loss === null ? null : loss * 100),
        rtt_ms: measured(rtt_ms),
        jitter_ms: measured(jitter_ms),
        up_kbps: measured(up_kbps),
        down_kbps: measured(down_kbps),
      },
    };
  } catch (error) {
    if (signal.aborted) return null;
    if (isLate) return { failure: "timeout" };
    const code = /** @type {{code?: string}} */ (error)?.code ?? "";
    return { failure: FAILURES[code] ?? "unavailable" };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener("abort", giveUp);
  }
}

/**
 * The promise's result; rejects when the signal aborts first.
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(work, signal) {
  const ended = new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
  return Promise.race([work, /** @type {Promise<never>} */ (ended)]);
}
