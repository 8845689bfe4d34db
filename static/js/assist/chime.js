// @ts-check
/** Two soft notes when somebody needs the agent; made here, so there is no file to load. */

/** The notes: hertz, and when they begin, seconds. */
const NOTES = [
  { hertz: 659.3, at: 0 },
  { hertz: 880, at: 0.22 },
];
/** Seconds for which a note fades. */
const FADE_S = 0.9;
/** Loudness of a note, of 1. */
const PEAK = 0.25;

export class Chime {
  /** @type {AudioContext | null} */
  #context = null;

  /** Whether a browser would refuse to play, because the page was not touched yet. */
  get blocked() {
    return !navigator.userActivation?.hasBeenActive && this.#context?.state !== "running";
  }

  /** Allow sound; to be called from a click or a key. */
  async unlock() {
    this.#context ??= new AudioContext();
    await this.#context.resume();
  }

  /** Play, when it is allowed. */
  ring() {
    if (this.blocked) return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    void context.resume();
    for (const { hertz, at } of NOTES) playNote(context, hertz, context.currentTime + at);
  }

  /** Give the sound card back. */
  close() {
    void this.#context?.close();
    this.#context = null;
  }
}

/**
 * @param {AudioContext} context
 * @param {number} hertz
 * @param {number} start seconds, on the context's clock
 */
function playNote(context, hertz, start) {
  const note = new OscillatorNode(context, { type: "sine", frequency: hertz });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(PEAK, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + FADE_S);
  note.connect(loudness).connect(context.destination);
  note.start(start);
  note.stop(start + FADE_S);
}
