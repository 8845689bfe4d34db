// @ts-check
/** @typedef {import("./messages.js").SlotEntry} SlotEntry */
/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} ReceivedTracks */

/**
 * What a participant reports of themselves: microphone on, camera on, hand up.
 * @typedef {{audio: boolean, video: boolean, hand: boolean}} MediaState
 */

/**
 * What is known of another participant's devices. `pictures` is false when their browser or ours has no picture
 * format in common with the call: neither sees the other.
 * @typedef {MediaState & {pictures: boolean}} OthersMedia
 */

/**
 * Another participant in the call.
 * @typedef {{participant: string, tracks: ReceivedTracks} & OthersMedia} Other
 */

/** @typedef {{participant: string, kind: "audio" | "video", track: MediaStreamTrack}} NewTrack */

/** Until a participant has reported. @type {OthersMedia} */
const UNKNOWN = { audio: true, video: true, hand: false, pictures: true };

/** Who else is in the call, where their tracks arrive, and what they say of their devices. */
export class Others {
  /** @type {SlotEntry[]} */ #slots = [];
  /** @type {Map<string, OthersMedia>} */ #media = new Map();
  /** @type {Map<string, string>} */ #known = new Map();
  #received;

  /** @param {(mid: string) => MediaStreamTrack | null} received finds the track of an m-line */
  constructor(received) {
    this.#received = received;
  }

  /** @returns {Other[]} */
  get list() {
    return this.#slots.flatMap(({ participant, audio, video }) => {
      if (participant === null) return [];
      const tracks = { audio: this.#received(audio), video: this.#received(video) };
      const media = this.#media.get(participant) ?? UNKNOWN;
      return [{ participant, tracks, ...media }];
    });
  }

  /** @param {SlotEntry[]} slots */
  place(slots) {
    this.#slots = slots;
  }

  /**
   * @param {string} participant
   * @param {OthersMedia} media
   */
  hear(participant, media) {
    this.#media.set(participant, media);
  }

  /** Return the tracks that were not there when this was last asked. @returns {NewTrack[]} */
  newTracks() {
    return this.list.flatMap(({ participant, tracks }) =>
      /** @type {const} */ (["audio", "video"]).flatMap((kind) => {
        const track = tracks[kind];
        const key = `${participant}/${kind}`;
        if (!track || this.#known.get(key) === track.id) return [];
        this.#known.set(key, track.id);
        return [{ participant, kind, track }];
      }),
    );
  }

  /** The connection is another one: every track will be new. */
  forgetTracks() {
    this.#known.clear();
  }
}
