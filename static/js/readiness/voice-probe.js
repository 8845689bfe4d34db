// @ts-check
/** Listens to a microphone: how loud, and for how long something was heard. Keeps no sound. */
import { audio } from "./sounds.js";

const LISTEN_EVERY_MS = 50;
/** Above this loudness something is heard, dB of full scale. */
const HEARD_DBFS = -50;
/** The quietest the bar shows, and the loudest, dB of full scale. */
const BAR_FROM_DBFS = -60;
const BAR_TO_DBFS = -12;
/** A word lasts so many listenings: 0.4 s. */
const WORD_LISTENINGS = 8;
const SILENCE_DBFS = -200;

/** @typedef {{level_dbfs: number, heard_s: number}} VoiceFigures */

export class VoiceProbe {
  #track;
  #onLevel;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {number[]} loudness of each listening, dB of full scale */
  #levels = [];
  #heardMs = 0;

  /**
   * @param {MediaStreamTrack} track
   * @param {(level: number, heardMs: number) => void} onLevel level from 0 to 1
   */
  constructor(track, onLevel) {
    this.#track = track;
    this.#onLevel = onLevel;
  }

  connect() {
    const context = audio();
    if (!context) return;
    this.#source = context.createMediaStreamSource(new MediaStream([this.#track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#take(loudness(samples));
    }, LISTEN_EVERY_MS);
  }

  disconnect() {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
  }

  /** What was heard so far. @returns {VoiceFigures} */
  get figures() {
    const sorted = [...this.#levels].sort((a, b) => b - a);
    // The loudest word: people pause, and pauses say nothing about the microphone.
    const word = sorted.slice(0, WORD_LISTENINGS);
    const level = word.reduce((sum, one) => sum + one, 0) / word.length;
    return { level_dbfs: word.length ? level : SILENCE_DBFS, heard_s: Math.min(600, this.#heardMs / 1000) };
  }

  /** @param {number} level */
  #take(level) {
    this.#levels.push(level);
    if (this.#levels.length > 400) this.#levels.shift();
    if (level > HEARD_DBFS) this.#heardMs += LISTEN_EVERY_MS;
    const bar = (level - BAR_FROM_DBFS) / (BAR_TO_DBFS - BAR_FROM_DBFS);
    this.#onLevel(Math.min(1, Math.max(0, bar)), this.#heardMs);
  }
}

/**
 * Loudness (root mean square) of samples from -1 to 1, in dB of full scale.
 * @param {Float32Array} samples
 */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const root = Math.sqrt(sum / samples.length);
  return root > 0 ? Math.max(SILENCE_DBFS, Math.min(0, 20 * Math.log10(root))) : SILENCE_DBFS;
}
