// @ts-check
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
    return this.apply();
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
    // start, before it knows the line, and never looks whether it could be large again.
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
    encoding.scaleResolutionDownBy = layer.scale;
    // Sizes are chosen among, rates within one are not: in time, every picture builds on the last.
    /** @type {RTCRtpEncodingParameters & {scalabilityMode?: string}} */ (encoding).scalabilityMode =
      "L1T1";
  }
}
