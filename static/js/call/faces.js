// @ts-check
import { Face } from "./face.js";

/** @typedef {import("./others.js").Other} Other */

/** Everybody else on the stage: who comes, who goes, whose picture goes where. */
export class Faces {
  /** @type {Map<string, Face>} */ #faces = new Map();
  /** @type {ReadonlySet<string>} */ #speaking = new Set();
  #place;
  #template;
  #onBlocked;
  #speaker = "";

  /**
   * @param {object} options
   * @param {HTMLElement} options.place
   * @param {HTMLTemplateElement} options.template
   * @param {() => void} options.onBlocked the browser wants a touch before it plays sound
   */
  constructor({ place, template, onBlocked }) {
    this.#place = place;
    this.#template = template;
    this.#onBlocked = onBlocked;
  }

  disconnect() {
    this.show([], () => "");
  }

  /**
   * Make the stage hold exactly these people.
   *
   * @param {Other[]} others
   * @param {(participant: string) => string} nameOf
   */
  show(others, nameOf) {
    const there = new Set(others.map((other) => other.participant));
    for (const participant of [...this.#faces.keys()]) {
      if (!there.has(participant)) this.#drop(participant);
    }
    for (const other of others) this.#put(other, nameOf(other.participant));
  }

  /** Mark who is speaking, and nobody else. @param {string[]} participants */
  mark(participants) {
    this.#speaking = new Set(participants);
    for (const [participant, face] of this.#faces) face.speaks = this.#speaking.has(participant);
  }

  /** After a touch: let everything be heard. */
  async resume() {
    await Promise.all([...this.#faces.values()].map((face) => face.resume()));
  }

  /** @param {(participant: string) => string} nameOf */
  rename(nameOf) {
    for (const [participant, face] of this.#faces) face.name = nameOf(participant);
  }

  /** @param {string} deviceId of a loudspeaker */
  useSpeaker(deviceId) {
    this.#speaker = deviceId;
    for (const face of this.#faces.values()) this.#aim(face);
  }

  /**
   * @param {Other} other
   * @param {string} name
   */
  #put({ participant, tracks, ...media }, name) {
    let face = this.#faces.get(participant);
    if (!face) {
      face = this.#made(participant);
      this.#faces.set(participant, face);
      this.#place.append(face.element);
      this.#aim(face);
    }
    face.name = name;
    face.show(media);
    face.play([tracks.audio, tracks.video]).then((plays) => plays || this.#onBlocked());
    face.speaks = this.#speaking.has(participant);
  }

  /** @param {string} participant */
  #made(participant) {
    const copy = /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true));
    const element = /** @type {HTMLElement} */ (copy.firstElementChild);
    element.dataset.participant = participant;
    return new Face(element);
  }

  /** @param {string} participant */
  #drop(participant) {
    this.#faces.get(participant)?.remove();
    this.#faces.delete(participant);
  }

  /** @param {Face} face */
  #aim(face) {
    if (this.#speaker) face.video.setSinkId?.(this.#speaker).catch(() => {});
  }
}
