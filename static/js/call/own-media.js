// @ts-check
import { acquire, codeFor } from "../lib/devices.js";

/** @typedef {import("../lib/devices.js").DeviceWish} DeviceWish */
/** @typedef {"audio" | "video"} Kind */
/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} OwnTracks */
/** @typedef {{audio?: Promise<MediaStreamTrack> | null, video?: Promise<MediaStreamTrack> | null}} Opening */
/** @typedef {(kind: Kind, track: MediaStreamTrack | null) => Promise<void>} Send */

const DEVICES = /** @type {const} */ ({ audio: "microphone", video: "camera" });

/**
 * What we send: one microphone, one camera, each on, muted or stopped.
 *
 * *Muted*, the device stays open and its track is silent; *stopped*, it is released and its light
 * goes out. Changes are made one after the other. Events, each with one object as `detail`:
 * `localmedia` {audio, video}, `localtrack` {kind, track}, `trouble` {code}.
 */
export class OwnMedia extends EventTarget {
  /** @type {OwnTracks} */ #tracks = { audio: null, video: null };
  /** @type {{audio: DeviceWish, video: DeviceWish}} */ #wishes = { audio: {}, video: {} };
  /** @type {Promise<void>} */ #work = Promise.resolve();
  #released = false;
  /** What is being opened for the first time. */
  #awaited = { audio: false, video: false };
  #acquire;
  #send;

  /**
   * @param {object} options
   * @param {import("./media-lines.js").Tracks} [options.tracks] ours from now on
   * @param {Opening} [options.opening] tracks that are on their way
   * @param {Send} options.send hands a track to whatever connection there is
   * @param {typeof acquire} [options.acquire]
   */
  constructor({ tracks, opening, send, acquire: ask = acquire }) {
    super();
    this.#send = send;
    this.#acquire = ask;
    for (const kind of /** @type {const} */ (["audio", "video"])) {
      this.#adopt(kind, tracks?.[kind] ?? null);
      const coming = opening?.[kind];
      if (coming) this.#await(kind, coming);
    }
  }

  /** What is sent now. @returns {Readonly<OwnTracks>} */
  get tracks() {
    return this.#tracks;
  }

  /** Whether microphone and camera are on; one that is just being opened is. */
  get state() {
    const { audio, video } = this.#tracks;
    return {
      audio: this.#awaited.audio || (isLive(audio) && audio.enabled),
      video: this.#awaited.video || isLive(video),
    };
  }

  /**
   * Mute or unmute; a microphone that was never opened is asked for.
   * @param {boolean} on
   */
  setMicrophone(on) {
    return this.#inTurn(async () => {
      if (isLive(this.#tracks.audio)) this.#tracks.audio.enabled = on;
      else if (on) await this.#open("audio", true);
    });
  }

  /**
   * Start or stop the camera.
   * @param {boolean} on
   */
  setCamera(on) {
    return this.#inTurn(async () => {
      if (on && !isLive(this.#tracks.video)) await this.#open("video", true);
      if (!on && this.#tracks.video) await this.#use("video", null);
    });
  }

  /**
   * Use another device; when that one does not open, the former comes back. A phone cannot open
   * two cameras at once, so the old one is always closed first.
   *
   * @param {Kind} kind
   * @param {DeviceWish} wish
   */
  useDevice(kind, wish) {
    return this.#inTurn(async () => {
      const enabled = this.#tracks[kind]?.enabled ?? true;
      await this.#use(kind, null);
      const before = this.#wishes[kind];
      this.#wishes[kind] = wish;
      if (await this.#open(kind, enabled)) return;
      this.#wishes[kind] = before;
      await this.#open(kind, enabled);
    });
  }

  /**
   * Send this track; the one before is stopped.
   *
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} track
   */
  replaceTrack(kind, track) {
    return this.#inTurn(() => this.#use(kind, track));
  }

  /** Release both devices, for good. */
  release() {
    this.#released = true;
    this.#awaited = { audio: false, video: false };
    for (const kind of /** @type {const} */ (["audio", "video"])) {
      this.#tracks[kind]?.stop();
      this.#adopt(kind, null);
    }
  }

  /**
   * @param {Kind} kind
   * @param {Promise<MediaStreamTrack>} coming
   */
  #await(kind, coming) {
    this.#awaited[kind] = true;
    const track = coming.catch((error) => {
      this.#emit("trouble", { code: codeFor(DEVICES[kind], error) });
      return null;
    });
    // A person who has hung up in the meantime must not be filmed.
    void track.then((track) => this.#released && track?.stop());
    void this.#inTurn(async () => {
      const opened = await track;
      this.#awaited[kind] = false;
      await this.#use(kind, opened);
    });
  }

  /** @param {() => Promise<void>} work */
  #inTurn(work) {
    const done = this.#work.then(async () => {
      if (this.#released) return;
      await work();
      this.#emit("localmedia", this.state);
    });
    this.#work = done.catch(() => {});
    return done;
  }

  /**
   * @param {Kind} kind
   * @param {boolean} enabled
   * @returns {Promise<boolean>}
   */
  async #open(kind, enabled) {
    try {
      const track = await this.#acquire(DEVICES[kind], this.#wishes[kind]);
      track.enabled = enabled;
      await this.#use(kind, track);
      return true;
    } catch (error) {
      this.#emit("trouble", { code: codeFor(DEVICES[kind], error) });
      return false;
    }
  }

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} track
   */
  async #use(kind, track) {
    if (this.#released) return track?.stop();
    const before = this.#tracks[kind];
    if (before === track) return;
    if (before) this.#remember(kind, before);
    this.#adopt(kind, track);
    before?.stop();
    await this.#send(kind, track);
  }

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} track
   */
  #adopt(kind, track) {
    this.#tracks[kind] = track;
    track?.addEventListener("ended", () => this.#unplugged(kind, track), { once: true });
    this.#emit("localtrack", { kind, track });
  }

  /**
   * Ask for the same device next time.
   *
   * @param {Kind} kind
   * @param {MediaStreamTrack} track
   */
  #remember(kind, track) {
    const { deviceId } = track.getSettings();
    if (deviceId) this.#wishes[kind] = { ...this.#wishes[kind], deviceId };
  }

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack} track
   */
  #unplugged(kind, track) {
    if (this.#tracks[kind] !== track) return;
    this.#emit("trouble", { code: `${DEVICES[kind]}.lost` });
    // That device is gone: next time any other is accepted.
    this.#inTurn(() => this.#use(kind, null)).then(() => (this.#wishes[kind] = {}));
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * @param {MediaStreamTrack | null} track
 * @returns {track is MediaStreamTrack}
 */
function isLive(track) {
  return track?.readyState === "live";
}
