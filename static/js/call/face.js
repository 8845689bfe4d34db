// @ts-check
const EMPTY = "…";

/** One person's place on the stage: picture, sound, name, and what they have switched off. */
export class Face {
  /** @type {HTMLVideoElement} */ #video;
  #stream = new MediaStream();

  /** @param {HTMLElement} element a `.app-face` of call_view.html */
  constructor(element) {
    this.element = element;
    this.#video = /** @type {HTMLVideoElement} */ (element.querySelector("video"));
    this.#video.srcObject = this.#stream;
  }

  get video() {
    return this.#video;
  }

  /** The track we hear, if any. */
  get sound() {
    return this.#stream.getAudioTracks()[0] ?? null;
  }

  /** @param {string} name */
  set name(name) {
    this.#write("name", name);
    this.#write("initials", initials(name));
    this.#video.setAttribute("aria-label", name);
  }

  get name() {
    return this.element.querySelector('[data-part="name"]')?.textContent ?? "";
  }

  /**
   * Show and play these tracks; says `false` when the browser wants a touch before it plays sound.
   *
   * @param {(MediaStreamTrack | null)[]} tracks
   * @returns {Promise<boolean>}
   */
  async play(tracks) {
    const wanted = tracks.filter((track) => track !== null);
    const current = this.#stream.getTracks();
    for (const track of current) if (!wanted.includes(track)) this.#stream.removeTrack(track);
    for (const track of wanted) if (!current.includes(track)) this.#stream.addTrack(track);
    if (!this.#stream.getTracks().length) return true;
    return this.resume();
  }

  /** @returns {Promise<boolean>} whether it plays */
  async resume() {
    try {
      await this.#video.play();
      return true;
    } catch (error) {
      // Other failures (a new stream came in the meantime) resolve by themselves.
      return !(error instanceof DOMException && error.name === "NotAllowedError");
    }
  }

  /** @param {import("./others.js").MediaState & {pictures?: boolean}} media */
  show({ audio, video, hand, pictures = true }) {
    this.element.dataset.pictures = pictures ? "any" : "none";
    this.element.dataset.hand = hand ? "up" : "down";
    this.element.dataset.microphone = audio ? "on" : "off";
    this.element.dataset.camera = video && pictures ? "on" : "off";
  }

  /** @param {boolean} speaks */
  set speaks(speaks) {
    this.element.toggleAttribute("data-speaking", speaks);
  }

  /** Release the picture and remove the element from the page. */
  remove() {
    this.#video.srcObject = null;
    this.element.remove();
  }

  /**
   * @param {string} part
   * @param {string} words
   */
  #write(part, words) {
    const element = this.element.querySelector(`[data-part="${part}"]`);
    if (element) element.textContent = words;
  }
}

/**
 * The first letters of the first two words.
 * @param {string} name
 */
export function initials(name) {
  const words = name.split(/\s+/u).filter(Boolean).slice(0, 2);
  return words.map((word) => [...word][0].toLocaleUpperCase()).join("") || EMPTY;
}
