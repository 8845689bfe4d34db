// @ts-check
/**
 * The voice check (kiosk/readiness/checks/voice.py): listens to a microphone and measures how loud
 * it is and for how long something was heard. Keeps no sound.
 */
import { NOT_MEASURED } from "../lib/measured.js";
import { audio } from "../lib/sounds.js";

/**
 * What to measure with: readiness/checks/voice.py says what each means.
 * @typedef {object} VoiceRules
 * @property {number} listen_every_ms
 * @property {number} listenings_kept
 * @property {number} heard_dbfs above this loudness something is heard
 * @property {number} word_s
 * @property {number} bar_from_dbfs
 * @property {number} bar_to_dbfs
 * @property {number} silent_after_ms
 * @property {{level_dbfs: {least: number, most: number}, heard_s: {most: number, good: number}}} figures
 *
 * @typedef {import("../lib/measured.js").Measured} Measured
 * @typedef {{level_dbfs: Measured, heard_s: Measured}} VoiceFigures
 */

export class VoiceProbe {
  #track;
  #rules;
  #onLevel;
  #onUnmeasured;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {number[]} loudness of each listening, dB of full scale */
  #levels = [];
  #heardMs = 0;
  /** For how long the browser has given no sound to listen to. */
  #deafMs = 0;
  #hasGivenUp = false;

  /**
   * @param {MediaStreamTrack} track
   * @param {VoiceRules} rules
   * @param {(level: number, heardS: number) => void} onLevel level from 0 to 1
   * @param {() => void} [onUnmeasured] this browser does not let us listen; the microphone may be good
   */
  constructor(track, rules, onLevel, onUnmeasured = () => {}) {
    this.#track = track;
    this.#rules = rules;
    this.#onLevel = onLevel;
    this.#onUnmeasured = onUnmeasured;
  }

  connect() {
    try {
      const context = audio();
      if (context) this.#listen(context);
      else this.#giveUp();
    } catch {
      // Some throw for a microphone whose sample rate is not that of the loudspeaker.
      this.#giveUp();
    }
  }

  disconnect() {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
  }

  /** What was heard so far. @returns {VoiceFigures} */
  get figures() {
    if (!this.#levels.length) return { level_dbfs: NOT_MEASURED, heard_s: NOT_MEASURED };
    const { word_s, listen_every_ms, figures } = this.#rules;
    const sorted = [...this.#levels].sort((a, b) => b - a);
    // The loudest word: people pause, and pauses say nothing about the microphone.
    const word = sorted.slice(0, Math.round((word_s * 1000) / listen_every_ms));
    const level = word.reduce((sum, one) => sum + one, 0) / word.length;
    return { level_dbfs: level, heard_s: Math.min(figures.heard_s.most, this.#heardMs / 1000) };
  }

  /** @param {AudioContext} context */
  #listen(context) {
    this.#source = context.createMediaStreamSource(new MediaStream([this.#track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      // A context that the browser has not started, or stopped, gives zeros for any voice.
      if (context.state !== "running") return this.#hearNothing();
      analyser.getFloatTimeDomainData(samples);
      this.#take(loudness(samples, this.#rules.figures.level_dbfs.least));
    }, this.#rules.listen_every_ms);
  }

  #hearNothing() {
    this.#deafMs += this.#rules.listen_every_ms;
    if (!this.#levels.length && this.#deafMs >= this.#rules.silent_after_ms) this.#giveUp();
  }

  #giveUp() {
    if (this.#hasGivenUp) return;
    this.#hasGivenUp = true;
    this.disconnect();
    this.#onUnmeasured();
  }

  /** @param {number} level */
  #take(level) {
    const { listenings_kept, heard_dbfs, listen_every_ms, bar_from_dbfs, bar_to_dbfs } = this.#rules;
    this.#levels.push(level);
    if (this.#levels.length > listenings_kept) this.#levels.shift();
    if (level > heard_dbfs) this.#heardMs += listen_every_ms;
    const bar = (level - bar_from_dbfs) / (bar_to_dbfs - bar_from_dbfs);
    this.#onLevel(Math.min(1, Math.max(0, bar)), this.#heardMs / 1000);
  }
}

/**
 * Loudness (root mean square) of samples from -1 to 1, in dB of full scale.
 * @param {Float32Array} samples
 * @param {number} silence what to say of no sound at all
 */
export function loudness(samples, silence) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const root = Math.sqrt(sum / samples.length);
  return root > 0 ? Math.max(silence, Math.min(0, 20 * Math.log10(root))) : silence;
}
