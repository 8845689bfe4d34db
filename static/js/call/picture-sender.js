// @ts-check
import { EffortMeter } from "./effort.js";
import { PictureSize } from "./picture-size.js";

/**
 * The sizes a picture is sent in, by the names they have in the plane's offer: what the camera's
 * size is divided by, and what each may take, bit/s. All are told the encoder from the start, since
 * a browser that is not takes them in the order of the offer, the first for the smallest.
 */
export const LAYERS = /** @type {const} */ ({
  h: { scale: 1, share: 1 },
  m: { scale: 2, share: 1 / 3 },
  l: { scale: 4, share: 2 / 15 },
});

/** The one that two people use; it is sent until the plane asks for others. */
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
   * Follow what the line carries: on a narrow one the picture is small and moves.
   *
   * @param {RTCStatsReport} report every half second or so
   * @param {number} [now] milliseconds
   */
  async look(report, now = performance.now()) {
    const effort = this.#effort.read(report, WHOLE);
    // Where the plane chooses among sizes, it looks after narrow lines.
    if (!effort || this.#wanted.join() !== WHOLE) return;
    if (this.#size.look(effort, now)) await this.apply();
  }

  /** Tell the encoder what it should know; one telling at a time, each about what holds by then. */
  apply() {
    // Without limits the call still works: the plane's own feedback holds the sender back.
    this.#setting = this.#setting.then(() => this.#set()).catch(() => {});
    return this.#setting;
  }

  async #set() {
    const parameters = this.#sender.getParameters();
    if (!parameters.encodings?.length) return;
    // Told to balance, Chromium that could send several sizes makes the picture small and slow at the
    // start, before it knows the line, and never looks whether it could be large again. So we do that.
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
    // Sizes are chosen among, rates within one are not: in time, every picture builds on the last.
    /** @type {RTCRtpEncodingParameters & {scalabilityMode?: string}} */ (encoding).scalabilityMode =
      "L1T1";
  }
}

/**
 * Hold a picture of one size, as a shared screen is, to a bitrate.
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
  // Without a limit the call still works: the plane's own feedback holds the sender back.
  await sender.setParameters(parameters).catch(() => {});
}
