// @ts-check
import { EffortMeter } from "./effort.js";
import { PictureSize } from "./picture-size.js";

/**
 * The sizes a picture is sent in, by their names in the plane's offer: the divisor of the camera's
 * size, and the share of the bitrate. The encoder gets all of them at the start, because otherwise a
 * browser takes them in the order of the offer, the first as the smallest.
 */
export const LAYERS = /** @type {const} */ ({
  h: { scale: 1, share: 1 },
  m: { scale: 2, share: 1 / 3 },
  l: { scale: 4, share: 2 / 15 },
});

/** The size that two people use; it is sent until the plane asks for others. */
export const WHOLE = "h";

/** Sends our picture in the sizes the plane has use for, within the bitrate it may take. */
export class PictureSender {
  #sender;
  #bitrate;
  #wanted = [WHOLE];
  #size = new PictureSize();
  #effort = new EffortMeter();
  /** @type {Promise<void>} */ #setting = Promise.resolve();

  /**
   * @param {RTCRtpSender} sender
   * @param {number} bitrate of the largest size, bit/s
   */
  constructor(sender, bitrate) {
    this.#sender = sender;
    this.#bitrate = bitrate;
  }

  /**
   * Send these sizes from now on, and no others.
   * @param {string[]} rids
   */
  send(rids) {
    this.#wanted = rids;
    this.#size.reset();
    return this.apply();
  }

  /**
   * Adapt to the throughput of the line: on a narrow one the picture is small and moves.
   *
   * @param {RTCStatsReport} report every half second or so
   * @param {number} [now] milliseconds
   */
  async look(report, now = performance.now()) {
    const effort = this.#effort.read(report, WHOLE);
    // With several sizes, the plane chooses for narrow lines.
    if (!effort || this.#wanted.join() !== WHOLE) return;
    if (this.#size.look(effort, now)) await this.apply();
  }

  /** Tell the encoder what it should know; one telling at a time, each about what holds by then. */
  apply() {
    // Without limits the call still works: the plane's feedback limits the sender.
    this.#setting = this.#setting.then(() => this.#set()).catch(() => {});
    return this.#setting;
  }

  async #set() {
    const parameters = this.#sender.getParameters();
    if (!parameters.encodings?.length) return;
    // With "balanced", a Chromium that could send several sizes makes the picture small and slow at
    // the start, before it knows the line, and never enlarges it again. So this class does both.
    parameters.degradationPreference = "maintain-resolution";
    for (const encoding of parameters.encodings) this.#shape(encoding);
    await this.#sender.setParameters(parameters);
  }

  /** @param {RTCRtpEncodingParameters} encoding */
  #shape(encoding) {
    const layer = LAYERS[/** @type {keyof typeof LAYERS} */ (encoding.rid ?? "")];
    encoding.maxBitrate = this.#bitrate * (layer?.share ?? 1);
    if (!layer) return;
    encoding.active = this.#wanted.includes(encoding.rid ?? "");
    encoding.scaleResolutionDownBy = layer.scale * (encoding.rid === WHOLE ? this.#size.scale : 1);
    // The plane chooses among sizes, not among frame rates of one size: no temporal layers.
    /** @type {RTCRtpEncodingParameters & {scalabilityMode?: string}} */ (encoding).scalabilityMode =
      "L1T1";
  }
}

/**
 * Limit the bitrate of a picture of one size, such as a shared screen.
 *
 * @param {RTCRtpSender} sender
 * @param {number} bitrate bit/s
 * @param {RTCDegradationPreference} preference what to keep when that is not enough
 */
export async function limit(sender, bitrate, preference) {
  const parameters = sender.getParameters();
  if (!parameters?.encodings?.length) return;
  parameters.encodings[0].maxBitrate = bitrate;
  parameters.degradationPreference = preference;
  // Without a limit the call still works: the plane's feedback limits the sender.
  await sender.setParameters(parameters).catch(() => {});
}
