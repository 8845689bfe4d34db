// @ts-check
/** Turns successive stats reports into what the encoder of our camera's picture did in between. */
export class EffortMeter {
  #frames = 0;
  #qp = 0;

  /**
   * Return what it did since the last reading; `null` where that is not known, as with no camera.
   *
   * @param {RTCStatsReport} report
   * @param {string} rid of the size that is looked at
   * @returns {import("./picture-size.js").Effort | null}
   */
  read(report, rid) {
    let outbound = /** @type {any} */ (null);
    report.forEach((stat) => {
      if (stat.type === "outbound-rtp" && stat.rid === rid) outbound = stat;
    });
    const source = outbound && report.get(outbound.mediaSourceId);
    const frames = (outbound?.framesEncoded ?? 0) - this.#frames;
    const qp = (outbound?.qpSum ?? 0) - this.#qp;
    this.#frames += frames;
    this.#qp += qp;
    if (!outbound?.active || !outbound.targetBitrate || !source?.framesPerSecond) return null;
    return {
      fps: outbound.framesPerSecond ?? 0,
      cameraFps: source.framesPerSecond,
      bitrate: outbound.targetBitrate,
      qp: frames > 0 ? qp / frames : Infinity,
    };
  }
}
