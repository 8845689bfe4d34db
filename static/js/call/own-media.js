// @ts-check
import { acquire, codeFor } from "../lib/devices.js";

/** @typedef {import("../lib/devices.js").DeviceWish} DeviceWish */
/** @typedef {"audio" | "video"} Kind */
/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} OwnTracks */
/** @typedef {{audio?: Promise<MediaStreamTrack> | null, video?: Promise<MediaStreamTrack> | null}} Opening */
/** @typedef {(kind: Kind, track: MediaStreamTrack | null) => Promise<void>} Send */

const KINDS = /** @type {const} */ (["audio", "video"]);

const DEVICES = /** @type {const} */ ({ audio: "microphone", video: "camera" });

/**
 * What we send: one microphone, one camera, each on, muted or stopped.
 *
 * *Muted*, the device stays open and its track is silent; *stopped*, it is released and its light
 * goes out. *Paused*, the system has taken it for a while (a telephone call, a closed lid). Changes
 * are made one after the other. Events, each with one object as `detail`: `localmedia` {audio, video},
 * `localtrack` {kind, track}, `trouble` {code}, `replaced` {kind, label} when another device has
 * taken the place of one that was unplugged.
 */
export class OwnMedia extends EventTarget {
  /** @type {OwnTracks} */ #tracks = { audio: null, video: null };
  /** @type {{audio: DeviceWish, video: DeviceWish}} */ #wishes = { audio: {}, video: {} };
  /** @type {Promise<void>} */ #work = Promise.resolve();
  #released = false;
  /** Whether a microphone that went away is waited for. */
  #isMissed = false;
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
    devices()?.addEventListener?.("devicechange", this.#plugged);
    for (const kind of KINDS) {
      this.#adopt(kind, tracks?.[kind] ?? null);
      const coming = opening?.[kind];
      if (coming) this.#await(kind, coming);
    }
  }

  /** What is sent now. @returns {Readonly<OwnTracks>} */
  get tracks() {
    return this.#tracks;
  }

  /** Whether microphone and camera are on; one that is just being opened is, a paused one is not. */
  get state() {
    const { audio, video } = this.#tracks;
    return {
      audio: this.#awaited.audio || (isLive(audio) && audio.enabled && !audio.muted),
      video: this.#awaited.video || (isLive(video) && !video.muted),
    };
  }

  /** Which devices the system has taken for a while; a microphone that is muted anyway does not count. */
  get paused() {
    const { audio, video } = this.#tracks;
    return { audio: isPaused(audio) && audio.enabled, video: isPaused(video) };
  }

  /**
   * Mute or unmute; a microphone that was never opened is asked for.
   * @param {boolean} on
   */
  setMicrophone(on) {
    return this.#inTurn(async () => {
      if (isLive(this.#tracks.audio) && !(on && isPaused(this.#tracks.audio))) {
        this.#tracks.audio.enabled = on;
        return;
      }
      this.#isMissed = false;
      if (on) await this.#open("audio", true);
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

  /** Open again what the system has paused; the old track stays until the new one is there. */
  resume() {
    return this.#inTurn(async () => {
      for (const kind of KINDS) {
        const track = this.#tracks[kind];
        if (!this.paused[kind] || !track) continue;
        this.#remember(kind, track);
        await this.#open(kind, track.enabled);
      }
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
    devices()?.removeEventListener?.("devicechange", this.#plugged);
    this.#awaited = { audio: false, video: false };
    for (const kind of KINDS) {
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
    for (const change of ["mute", "unmute"]) track?.addEventListener(change, () => this.#muted(kind, track));
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
    void this.#inTurn(async () => {
      await this.#use(kind, null);
      // That device is gone: from now on any other is accepted.
      this.#wishes[kind] = {};
      // Another camera would show what the person has not chosen to show.
      if (kind === "audio") await this.#replace(track.enabled);
    });
  }

  /** @param {boolean} enabled */
  async #replace(enabled) {
    this.#isMissed = !(await this.#open("audio", enabled));
    if (!this.#isMissed) this.#emit("replaced", { kind: "audio", label: this.#tracks.audio?.label ?? "" });
  }

  /** A device was plugged in or out: a microphone that went missing may be back. */
  #plugged = () => {
    if (!this.#isMissed) return;
    void this.#inTurn(async () => {
      if (this.#isMissed && !isLive(this.#tracks.audio)) await this.#replace(true);
    });
  };

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack} track
   */
  #muted(kind, track) {
    if (this.#tracks[kind] === track && !this.#released) this.#emit("localmedia", this.state);
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

/**
 * @param {MediaStreamTrack | null} track
 * @returns {track is MediaStreamTrack}
 */
function isPaused(track) {
  return isLive(track) && track.muted;
}

function devices() {
  return globalThis.navigator?.mediaDevices;
}
