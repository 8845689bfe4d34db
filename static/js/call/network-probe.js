// @ts-check
import { RequestError } from "../lib/http.js";
import { PeerLink } from "./peer-link.js";
import { QualityMeter } from "./quality.js";
import { leave, requestOffer, sendAnswer } from "./signals.js";
import { SyntheticTracks } from "./synthetic-tracks.js";

/** @typedef {import("./quality.js").Figures} Figures */

/**
 * Figures of the network, up and down; `null` where this browser does not say. Loss is a fraction of 1.
 * @typedef {{loss: number | null, rtt_ms: number | null, jitter_ms: number | null, up_kbps: number, down_kbps: number}} Measure
 */

/**
 * @typedef {object} ProbeOptions
 * @property {string} offerUrl answers with an echo connection: to oneself
 * @property {string} answerUrl
 * @property {string} leaveUrl
 * @property {import("./media-lines.js").Tracks} [tracks] what to send; left out, a drawn picture and a
 *   tone are sent. A silent room with a white wall needs little bitrate, so leave it out to measure rates
 * @property {ProbeRules} rules
 * @property {(progress: {done: number, figures: Figures | null}) => void} [onProgress] `done` goes
 *   from 0 to 1
 * @property {AbortSignal} [signal] gives up: the promise rejects with the signal's reason
 * @property {typeof globalThis.fetch} [fetch]
 */

/**
 * What to measure with: kiosk/readiness/checks/network.py says what each means. While the rate is
 * below the good one and climbs, the encoder is the limit and not the line: it is measured longer.
 * @typedef {{best_readings: number, climbing_factor: number, figures: {up_kbps: {good: number}}}} RateRules
 * @typedef {RateRules & {measure_s: number, probe_bps: number, warm_up_ms: number, read_every_ms: number, climbs_for_ms: number}} ProbeRules
 */

/** The network could not be measured; `code` says why. */
export class ProbeError extends Error {
  /**
   * @param {"network.no_media" | "network.offer_failed" | "network.timeout"} code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(code, { cause });
    this.name = "ProbeError";
    this.code = code;
  }
}

/**
 * Call ourselves through the media process and measure what comes back.
 *
 * @param {ProbeOptions} options
 * @returns {Promise<Measure>}
 * @throws {ProbeError} `network.offer_failed`: the server does not answer; `network.timeout`: it
 *   does, but its media process cannot be reached; `network.no_media`: nothing came back
 */
export async function probe(options) {
  const synthetic = options.tracks?.video || options.tracks?.audio ? null : new SyntheticTracks();
  const tracks = options.tracks ?? {};
  /** @type {PeerLink | undefined} */ let link;
  let peer = "";
  try {
    options.signal?.throwIfAborted();
    const offer = await asked(requestOffer(options));
    peer = offer.peer;
    link = new PeerLink({ iceServers: offer.ice_servers, videoBitrate: options.rules.probe_bps });
    const sdp = await link.answer(offer.sdp, synthetic?.tracks ?? tracks);
    options.signal?.throwIfAborted();
    await asked(sendAnswer(options, { peer, sdp }));
    await link.inside.catch((problem) => {
      throw new ProbeError("network.timeout", problem);
    });
    return await measure(link, options);
  } finally {
    link?.close();
    synthetic?.stop();
    if (peer) await leave(options, { peer });
  }
}

/**
 * Sum up readings: average loss, median round trip, throughput of the best readings in a row.
 *
 * @param {Figures[]} readings
 * @param {RateRules} rules
 * @returns {Measure}
 * @throws {ProbeError} `network.no_media`
 */
export function summary(readings, { best_readings }) {
  const { length } = readings;
  const mean = (/** @type {(number | null)[]} */ values) => {
    const known = values.filter((value) => value !== null);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  };
  const best = (/** @type {number[]} */ rates) => bestAverage(rates, best_readings);
  const down = best(readings.map((one) => one.down_kbps));
  if (!length || down <= 0) throw new ProbeError("network.no_media");
  const round = (/** @type {number | null | undefined} */ value, digits = 1) =>
    typeof value === "number" ? Math.round(value * 10 ** digits) / 10 ** digits : null;
  const trips = readings.flatMap((one) => one.rtt_ms ?? []).sort((a, b) => a - b);
  return {
    loss: round(mean(readings.map((one) => one.loss)), 4),
    rtt_ms: round(trips[Math.floor(trips.length / 2)]),
    jitter_ms: round(mean(readings.map((one) => one.jitter_ms))),
    up_kbps: Math.round(best(readings.map((one) => one.up_kbps))),
    down_kbps: Math.round(down),
  };
}

/**
 * The highest average of so many readings in a row.
 * @param {number[]} rates
 * @param {number} count
 */
function bestAverage(rates, count) {
  const width = Math.min(count, rates.length);
  const sums = rates.slice(width - 1).map((_, at) => sum(rates.slice(at, at + width)));
  return width ? Math.max(...sums) / width : 0;
}

/**
 * Whether the rate is still too low to praise, and grows: it says nothing about the line yet.
 * @param {Figures[]} readings
 * @param {RateRules} rules
 */
export function isClimbing(readings, { best_readings, climbing_factor, figures }) {
  const rates = readings.map((one) => Math.min(one.up_kbps, one.down_kbps));
  const now = sum(rates.slice(-best_readings));
  const before = sum(rates.slice(-2 * best_readings, -best_readings));
  return now / best_readings < figures.up_kbps.good && now > before * climbing_factor;
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * @param {PeerLink} link
 * @param {ProbeOptions} options
 */
async function measure(link, { rules, onProgress, signal }) {
  const meter = new QualityMeter();
  /** @type {Figures[]} */ const readings = [];
  let lost = false;
  link.addEventListener("lost", () => (lost = true), { once: true });
  const begun = performance.now();
  const whole = rules.warm_up_ms + rules.measure_s * 1000;
  const isNeeded = (/** @type {number} */ passed) =>
    passed < whole || (passed < whole + rules.climbs_for_ms && isClimbing(readings, rules));
  for (let passed = 0; isNeeded(passed); passed = performance.now() - begun) {
    signal?.throwIfAborted();
    if (lost) throw new ProbeError("network.no_media");
    const figures = meter.read(await link.stats());
    if (figures && passed >= rules.warm_up_ms) readings.push(figures);
    onProgress?.({ done: Math.min(1, passed / whole), figures });
    await new Promise((resolve) => setTimeout(resolve, rules.read_every_ms));
  }
  onProgress?.({ done: 1, figures: readings.at(-1) ?? null });
  return summary(readings, rules);
}

/**
 * @template T
 * @param {Promise<T>} request
 * @returns {Promise<T>}
 */
async function asked(request) {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RequestError) throw new ProbeError("network.offer_failed", error);
    throw error;
  }
}
