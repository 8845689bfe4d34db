// @ts-check
/** How often a connection's pulse is felt, milliseconds. */
export const PULSE_EVERY_MS = 1_000;

/** The plane reports to whoever sends every second; four missing in a row and it is gone. */
export const BEATS_MISSED = 4;

/**
 * Tells a plane that has gone silent, seconds before ICE does (RFC 7675 lets it take up to 30 s).
 *
 * The other person's silence is not the plane's: its own receiver reports and STUN answers count.
 */
export class Pulse {
  #signs = -1;
  #sent = 0;
  #missed = 0;

  /**
   * @param {RTCStatsReport} report
   * @returns {boolean} whether we send and nothing at all has come back for too long
   */
  isGone(report) {
    let signs = 0;
    let sent = 0;
    report.forEach((stat) => {
      if (stat.type === "candidate-pair") {
        signs += (stat.responsesReceived ?? 0) + (stat.bytesReceived ?? 0);
      } else if (stat.type === "remote-inbound-rtp") {
        signs += stat.timestamp ?? 0;
      } else if (stat.type === "outbound-rtp") {
        sent += stat.packetsSent ?? 0;
      }
    });
    const isSilent = signs === this.#signs && sent !== this.#sent;
    this.#missed = isSilent ? this.#missed + 1 : 0;
    this.#signs = signs;
    this.#sent = sent;
    return this.#missed >= BEATS_MISSED;
  }
}
