// @ts-check
/** How a connection is doing, read from getStats(); pure figures, no words. */

/**
 * Figures over the time between two readings; `null` means not known.
 * @typedef {object} Figures
 * @property {number | null} loss fraction of 1, the worse of the two directions
 * @property {number | null} rtt_ms
 * @property {number | null} jitter_ms
 * @property {number} up_kbps
 * @property {number} down_kbps
 */

/** @typedef {"good" | "fair" | "poor" | "unknown"} Level */

/**
 * @typedef {object} Counters
 * @property {number} at milliseconds
 * @property {number} sent bytes
 * @property {number} received bytes
 * @property {number} packets received
 * @property {number} lost packets that should have come
 * @property {number} packetsUp sent
 * @property {number} lostUp of them, on the way to the plane
 */

/** Above these, speech or picture suffers; from the poorest to the best. */
const POOR = { loss: 0.1, rtt_ms: 700, jitter_ms: 120 };
const FAIR = { loss: 0.03, rtt_ms: 350, jitter_ms: 50 };

/** Turns successive stats reports into {@link Figures}. */
export class QualityMeter {
  /** @type {Counters | null} */ #before = null;

  /**
   * Return the figures since the last reading, or `null` at the first.
   *
   * @param {RTCStatsReport} report
   * @param {number} [at] milliseconds
   * @returns {Figures | null}
   */
  read(report, at = performance.now()) {
    const now = { at, sent: 0, received: 0, packets: 0, lost: 0, packetsUp: 0, lostUp: 0 };
    /** @type {number[]} */ const jitters = [];
    /** @type {number | null} */ let rtt = null;
    const used = selectedPair(report);
    report.forEach((stat) => {
      if (stat.type === "inbound-rtp") {
        now.received += stat.bytesReceived ?? 0;
        now.packets += stat.packetsReceived ?? 0;
        now.lost += stat.packetsLost ?? 0;
        if (stat.packetsReceived && isKnown(stat.jitter)) jitters.push(stat.jitter);
      } else if (stat.type === "outbound-rtp") {
        now.sent += stat.bytesSent ?? 0;
        now.packetsUp += stat.packetsSent ?? 0;
      } else if (stat.type === "remote-inbound-rtp") {
        // Not `fractionLost`: for sound it covers the whole path to the receivers.
        now.lostUp += stat.packetsLost ?? 0;
        if (rtt === null && isKnown(stat.roundTripTime)) rtt = stat.roundTripTime;
      } else if (stat.type === "candidate-pair" && (used ? stat.id === used : stat.nominated)) {
        if (isKnown(stat.currentRoundTripTime)) rtt = stat.currentRoundTripTime;
      }
    });
    const before = this.#before;
    this.#before = now;
    if (!before || at <= before.at) return null;
    return {
      loss: worst([downLoss(before, now), upLoss(before, now)]),
      rtt_ms: rtt === null ? null : rtt * 1000,
      jitter_ms: jitters.length ? Math.max(...jitters) * 1000 : null,
      up_kbps: rate(before.sent, now.sent, now.at - before.at),
      down_kbps: rate(before.received, now.received, now.at - before.at),
    };
  }
}

/**
 * The pair of candidates in use; Firefox says it on the pair alone. After a change of network an
 * older pair may stay nominated.
 *
 * @param {RTCStatsReport} report
 * @returns {string | undefined}
 */
function selectedPair(report) {
  /** @type {string | undefined} */ let id;
  report.forEach((stat) => {
    if (stat.type === "transport") id ??= stat.selectedCandidatePairId;
    if (stat.type === "candidate-pair" && stat.selected) id ??= stat.id;
  });
  return id;
}

/** Some browsers write -1 for what they do not know. @param {number | undefined} value */
function isKnown(value) {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/**
 * Return how good a call feels with these figures.
 * @param {Figures} figures
 * @returns {Level}
 */
export function levelOf(figures) {
  if (figures.loss === null && figures.rtt_ms === null) return "unknown";
  if (exceeds(figures, POOR)) return "poor";
  return exceeds(figures, FAIR) ? "fair" : "good";
}

/**
 * @param {Figures} figures
 * @param {typeof POOR} bound
 */
function exceeds(figures, bound) {
  return (
    (figures.loss ?? 0) >= bound.loss ||
    (figures.rtt_ms ?? 0) >= bound.rtt_ms ||
    (figures.jitter_ms ?? 0) >= bound.jitter_ms
  );
}

/**
 * @param {Counters} before
 * @param {Counters} now
 */
function downLoss(before, now) {
  const expected = now.packets - before.packets + (now.lost - before.lost);
  return expected > 0 ? Math.max(0, now.lost - before.lost) / expected : null;
}

/**
 * @param {Counters} before
 * @param {Counters} now
 */
function upLoss(before, now) {
  const sent = now.packetsUp - before.packetsUp;
  return sent > 0 ? Math.min(1, Math.max(0, now.lostUp - before.lostUp) / sent) : null;
}

/** @param {(number | null)[]} values */
function worst(values) {
  const known = values.filter((value) => value !== null);
  return known.length ? Math.max(...known) : null;
}

/**
 * Bytes over milliseconds are kilobits over seconds, times eight.
 *
 * @param {number} before
 * @param {number} now
 * @param {number} ms
 */
function rate(before, now, ms) {
  return Math.max(0, Math.round(((now - before) * 8) / ms));
}
