// @ts-check
/** How often a connection is read, milliseconds. */
export const PULSE_EVERY_MS = 500;

/** A reading with so many packets means that the others were seen or heard. */
const FLOWING = 10;

/** After so many readings without any packet, the others' included, the plane counts as gone. */
export const BEATS_MISSED = 3;

/**
 * Where few packets arrive (a participant is alone, or the others are silent) only the plane's reports
 * remain, one a second, and one of them may be lost.
 */
export const QUIET_BEATS_MISSED = 5;

/**
 * Detects a plane that sends nothing any more, seconds before ICE does (RFC 7675 allows up to 30 s).
 *
 * Silence of the other participants is not silence of the plane: its receiver reports and STUN
 * answers count.
 */
export class Pulse {
  #signs = -1;
  #sent = 0;
  #packets = 0;
  #unanswered = 0;
  #wasFlowing = false;
  #patience = QUIET_BEATS_MISSED;

  /**
   * Take one reading, every {@link PULSE_EVERY_MS}.
   *
   * @param {RTCStatsReport} report
   * @returns {"beats" | "faint" | "gone"} something came; nothing came; nothing for too long though
   *   we were sending
   */
  feel(report) {
    let signs = 0;
    let sent = 0;
    let packets = 0;
    report.forEach((stat) => {
      if (stat.type === "candidate-pair") {
        signs += (stat.responsesReceived ?? 0) + (stat.bytesReceived ?? 0);
      } else if (stat.type === "remote-inbound-rtp") {
        signs += stat.timestamp ?? 0;
      } else if (stat.type === "outbound-rtp") {
        sent += stat.packetsSent ?? 0;
      } else if (stat.type === "inbound-rtp") {
        packets += stat.packetsReceived ?? 0;
      }
    });
    const came = signs !== this.#signs;
    if (came) {
      // The last reading before an end covers less time: the one before it counts as well.
      const isFlowing = packets - this.#packets >= FLOWING;
      this.#patience = isFlowing || this.#wasFlowing ? BEATS_MISSED : QUIET_BEATS_MISSED;
      this.#wasFlowing = isFlowing;
    }
    this.#unanswered = came || sent === this.#sent ? 0 : this.#unanswered + 1;
    this.#signs = signs;
    this.#sent = sent;
    this.#packets = packets;
    if (came) return "beats";
    return this.#unanswered >= this.#patience ? "gone" : "faint";
  }
}
