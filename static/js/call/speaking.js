// @ts-check
const LISTEN_EVERY_MS = 150;

/** Root mean square above which somebody speaks rather than breathes. */
const SPEECH = 0.015;

/** A pause between two words is not the end of a sentence. */
const HOLD_MS = 600;

/** @typedef {{element: HTMLElement, track: MediaStreamTrack, ear: AnalyserNode, source: MediaStreamAudioSourceNode, spoke: number}} Listened */

/** Marks who is speaking with `data-speaking`, from the sound itself. */
export class Speaking {
  /** @type {Map<string, Listened>} */ #people = new Map();
  /** @type {AudioContext | null} */ #context = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  #wave = new Float32Array(512);

  connect() {
    this.#timer = setInterval(() => this.#listen(), LISTEN_EVERY_MS);
  }

  disconnect() {
    clearInterval(this.#timer);
    for (const participant of [...this.#people.keys()]) this.forget(participant);
    this.#context?.close().catch(() => {});
    this.#context = null;
  }

  /**
   * @param {string} participant
   * @param {HTMLElement} element
   * @param {MediaStreamTrack | null} track
   */
  follow(participant, element, track) {
    if (this.#people.get(participant)?.track === track) return;
    this.forget(participant);
    if (!track) return;
    this.#context ??= new AudioContext();
    // It starts at the first touch of the page where the browser wants one.
    if (this.#context.state === "suspended") this.#context.resume().catch(() => {});
    const source = this.#context.createMediaStreamSource(new MediaStream([track]));
    const ear = new AnalyserNode(this.#context, { fftSize: this.#wave.length });
    source.connect(ear);
    this.#people.set(participant, { element, track, ear, source, spoke: -HOLD_MS });
  }

  /** @param {string} participant */
  forget(participant) {
    const person = this.#people.get(participant);
    person?.source.disconnect();
    if (person) delete person.element.dataset.speaking;
    this.#people.delete(participant);
  }

  #listen() {
    const now = performance.now();
    for (const person of this.#people.values()) {
      person.ear.getFloatTimeDomainData(this.#wave);
      const power = this.#wave.reduce((sum, value) => sum + value * value, 0) / this.#wave.length;
      if (Math.sqrt(power) > SPEECH) person.spoke = now;
      person.element.toggleAttribute("data-speaking", now - person.spoke < HOLD_MS);
    }
  }
}
