// @ts-check
import { PictureSender, limit } from "./picture-sender.js";
import { SCREEN_MID } from "./signals.js";

/**
 * The tracks to send; either may be missing.
 * @typedef {{audio?: MediaStreamTrack | null, video?: MediaStreamTrack | null}} Tracks
 */

/** Enough for letters that can be read, bit/s. */
const SCREEN_BITRATE = 1_200_000;

/** The m-lines of one connection: what we send in ours, and what we receive in those of others. */
export class MediaLines {
  /** @type {PictureSender | null} */ #picture = null;
  /** @type {MediaStreamTrack | null} */ #screen = null;
  #connection;
  #videoBitrate;

  /**
   * @param {RTCPeerConnection} connection
   * @param {number} videoBitrate of the camera's picture, bit/s
   */
  constructor(connection, videoBitrate) {
    this.#connection = connection;
    this.#videoBitrate = videoBitrate;
  }

  /**
   * Send these tracks; called before the first answer is made.
   * @param {Tracks} tracks
   */
  async fill(tracks) {
    for (const kind of /** @type {const} */ (["audio", "video"])) {
      const transceiver = this.#first(kind);
      if (!transceiver) continue;
      // Also without a track: one can then be added later without any negotiation.
      transceiver.direction = "sendrecv";
      await transceiver.sender.replaceTrack(tracks[kind] ?? null);
    }
    await this.show();
  }

  /**
   * Set the encoder's sizes and limits after each answer, because Chromium activates every size
   * that an offer names. Not awaited: the answer must leave at once, and no media flows before it.
   */
  settle() {
    const sender = this.#first("video")?.sender;
    if (sender) this.#picture ??= new PictureSender(sender, this.#videoBitrate);
    void this.#picture?.apply();
  }

  /**
   * Send another track of that kind from now on, or none.
   *
   * @param {"audio" | "video"} kind
   * @param {MediaStreamTrack | null} track
   */
  async replace(kind, track) {
    await this.#first(kind)?.sender.replaceTrack(track);
  }

  /**
   * Send this screen from now on, or none; where its m-line is missing, from the offer that brings it.
   * @param {MediaStreamTrack | null} [screen]
   */
  async show(screen = this.#screen) {
    this.#screen = screen;
    const line = this.#line(SCREEN_MID);
    if (!line) return;
    // Also without a track, as for the camera.
    line.direction = "sendrecv";
    await line.sender.replaceTrack(screen);
    if (screen) await limit(line.sender, SCREEN_BITRATE, "maintain-resolution");
  }

  /**
   * Send the camera's picture in these sizes from now on.
   * @param {string[]} rids
   */
  send(rids) {
    void this.#picture?.send(rids);
  }

  /**
   * Adapt the camera's picture to the throughput of the line.
   * @param {RTCStatsReport} report every half second or so
   */
  look(report) {
    void this.#picture?.look(report);
  }

  /**
   * Return the track we receive in an m-line.
   *
   * @param {string} mid
   * @returns {MediaStreamTrack | null}
   */
  received(mid) {
    return this.#line(mid)?.receiver.track ?? null;
  }

  /** @param {string} mid */
  #line(mid) {
    return this.#connection.getTransceivers().find((one) => one.mid === mid);
  }

  /** @param {"audio" | "video"} kind */
  #first(kind) {
    const all = this.#connection.getTransceivers();
    return all.find((one) => one.receiver.track.kind === kind);
  }
}
