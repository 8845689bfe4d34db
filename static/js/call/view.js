// @ts-check
import { announce } from "../lib/announce.js";
import { list } from "../lib/devices.js";
import { readTexts } from "../lib/texts.js";
import { Face } from "./face.js";
import { Faces } from "./faces.js";
import { Notice } from "./notice.js";
import { RoomOnScreen } from "./room_on_screen.js";
import { SettingsDialog } from "./settings_dialog.js";
import { Shortcuts } from "./shortcuts.js";
import { Situation } from "./situation.js";
import { Stopwatch } from "./stopwatch.js";
import { WakeLock } from "./wake_lock.js";

/** @typedef {import("./session.js").CallSession} CallSession */
/** @typedef {import("./others.js").Other} Other */

/**
 * A call on the page: shows what a {@link CallSession} tells, and hands the person's wishes to it.
 *
 * The element comes from `call_view.html`. The session is joined by whoever made it; `disconnect()`
 * leaves it alone.
 */
export class CallView {
  /** @type {AbortController} */ #listening = new AbortController();
  /** @type {Map<string, Other>} */ #others = new Map();
  /** @type {Record<string, string>} */ #names;
  #root;
  #session;
  #texts;
  #own;
  #faces;
  #notice;
  #situation;
  #room;
  #stopwatch;
  #settings;
  #shortcuts;
  #wakeLock = new WakeLock();
  #gone = "";

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {CallSession} options.session
   * @param {Record<string, string>} [options.names] of the participants, by their id
   */
  constructor(root, { session, names = {} }) {
    this.#root = root;
    this.#session = session;
    this.#names = names;
    this.#texts = readTexts(`${root.id}-texts`);
    this.#own = new Face(this.#part("self", ".app-face"));
    this.#faces = new Faces({
      place: this.#part("faces"),
      template: /** @type {HTMLTemplateElement} */ (this.#part("face")),
      onBlocked: () => (this.#action("hear").hidden = false),
    });
    this.#notice = new Notice(this.#part("notice"), this.#texts);
    this.#situation = new Situation(root, this.#texts);
    this.#room = new RoomOnScreen(root, this.#action("fullscreen"));
    this.#stopwatch = new Stopwatch(this.#part("elapsed"));
    this.#settings = new SettingsDialog({
      dialog: /** @type {HTMLDialogElement} */ (this.#part("settings")),
      session,
      texts: this.#texts,
      onSpeaker: (deviceId) => this.#faces.useSpeaker(deviceId),
    });
    this.#shortcuts = new Shortcuts(
      { m: () => this.#toggleMicrophone(), v: () => this.#toggleCamera() },
      /** @type {HTMLInputElement} */ (this.#part("shortcuts")),
    );
  }

  connect() {
    const { signal } = this.#listening;
    this.#root.addEventListener("click", this.#clicked, { signal });
    this.#part("leaving").addEventListener("close", this.#answered, { signal });
    this.#hear("state", (detail) => this.#stateChanged(detail));
    this.#hear("layout", ({ others }) => this.#layoutChanged(others));
    this.#hear("remotemedia", (detail) => this.#otherSwitched(detail));
    this.#hear("speaking", ({ participants }) => this.#faces.mark(participants));
    this.#hear("localmedia", (media) => this.#ownSwitched(media));
    this.#hear("localtrack", () => this.#showOwn());
    this.#hear("quality", ({ level }) => this.#showQuality(level));
    this.#hear("trouble", ({ code }) => this.#notice.trouble(code));
    for (const part of [this.#settings, this.#shortcuts, this.#room]) part.connect();
    this.#own.name = this.#texts("you");
    this.#showOwn();
    this.#situation.show(this.#session.state);
    this.#layoutChanged(this.#session.others);
    list("camera").then((cameras) => {
      const turns = cameras.length > 1 && matchMedia("(pointer: coarse)").matches;
      this.#action("flip").hidden = !turns;
    });
  }

  disconnect() {
    this.#listening.abort();
    this.#listening = new AbortController();
    for (const part of [this.#faces, this.#settings, this.#shortcuts, this.#room]) part.disconnect();
    for (const part of [this.#situation, this.#stopwatch, this.#wakeLock]) part.disconnect();
    this.#notice.disconnect();
  }

  /**
   * Say who the participants are, when that is known later than the call.
   * @param {Record<string, string>} names by participant
   */
  setNames(names) {
    this.#names = names;
    this.#faces.rename(this.#nameOf);
  }

  // -- what the session tells --------------------------------------------------------------------

  /** @param {{state: import("./states.js").State, before: string, reason: string}} change */
  #stateChanged({ state, before, reason }) {
    const words = this.#situation.show(state, { reason, gone: this.#gone });
    const isIn = state === "waiting" || state === "connected" || state === "reconnecting";
    if (state === "connected") {
      this.#stopwatch.connect();
      this.#part("clock").hidden = false;
      this.#gone = "";
    }
    if (isIn) this.#wakeLock.connect();
    else this.#wakeLock.disconnect();
    if (state !== "connected") {
      this.#showQuality("unknown");
      this.#faces.mark([]);
    }
    if (state === "ended") this.#stopwatch.disconnect();
    const back = before === "reconnecting" && isIn;
    announce(back ? this.#texts("back") : words);
  }

  /** @param {Other[]} others */
  #layoutChanged(others) {
    const there = new Set(others.map((other) => other.participant));
    for (const participant of this.#others.keys()) {
      if (!there.has(participant)) this.#left(participant);
    }
    for (const other of others) {
      if (!this.#others.has(other.participant)) this.#say("arrived", other.participant);
      this.#others.set(other.participant, other);
    }
    this.#root.dataset.people = String(others.length);
    this.#faces.show(others, this.#nameOf);
  }

  /** @param {string} participant */
  #left(participant) {
    this.#others.delete(participant);
    if (this.#session.state !== "waiting") return;
    announce(this.#situation.show("waiting", { gone: this.#nameOf(participant) }));
  }

  /** @param {{participant: string, audio: boolean, video: boolean}} change */
  #otherSwitched({ participant, audio, video }) {
    const before = this.#others.get(participant);
    this.#layoutChanged(this.#session.others);
    if (!before) return;
    if (before.audio !== audio) this.#say(audio ? "microphone_on" : "microphone_off", participant);
    if (before.video !== video) this.#say(video ? "camera_on" : "camera_off", participant);
  }

  /** @param {{audio: boolean, video: boolean}} media */
  #ownSwitched(media) {
    for (const [kind, action] of /** @type {const} */ ([
      ["audio", "microphone"],
      ["video", "camera"],
    ])) {
      const button = this.#action(action);
      const on = String(media[kind]);
      if (button.dataset.on === on) continue;
      button.dataset.on = on;
      announce(this.#texts(`my_${action}_${media[kind] ? "on" : "off"}`));
    }
    this.#own.show(media);
  }

  #showOwn() {
    const { video } = this.#session.tracks;
    const media = this.#session.media;
    this.#own.play([video]);
    this.#own.show(media);
    this.#action("microphone").dataset.on = String(media.audio);
    this.#action("camera").dataset.on = String(media.video);
    const outward = video?.getSettings().facingMode === "environment";
    this.#own.element.dataset.facing = outward ? "environment" : "user";
  }

  /** @param {import("./quality.js").Level} level */
  #showQuality(level) {
    const box = this.#part("quality");
    if (box.dataset.level === level) return;
    box.dataset.level = level;
    this.#part("quality-words").textContent = level === "unknown" ? "" : this.#texts(level);
    if (level === "poor") this.#notice.show(this.#texts("poor_advice"));
  }

  // -- what the person wishes --------------------------------------------------------------------

  #clicked = (/** @type {Event} */ event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-action]");
    if (button instanceof HTMLElement) this.#actions[button.dataset.action ?? ""]?.();
  };

  /** @type {Record<string, () => void>} */
  #actions = {
    microphone: () => this.#toggleMicrophone(),
    camera: () => this.#toggleCamera(),
    leave: () => this.#wishToLeave(),
    settings: () => this.#settings.open(),
    retry: () => this.#session.join(),
    hear: () => this.#resume(),
    flip: () => this.#flip(),
    fullscreen: () => this.#room.toggle(),
  };

  #toggleMicrophone() {
    this.#session.setMicrophone(!this.#session.media.audio);
  }

  #toggleCamera() {
    this.#session.setCamera(!this.#session.media.video);
  }

  #wishToLeave() {
    const dialog = /** @type {HTMLDialogElement} */ (this.#part("leaving"));
    if (this.#root.dataset.seat === "citizen") dialog.showModal();
    else this.#session.leave();
  }

  #answered = () => {
    const dialog = /** @type {HTMLDialogElement} */ (this.#part("leaving"));
    if (dialog.returnValue === "leave") this.#session.leave();
    dialog.returnValue = "";
  };

  async #resume() {
    await this.#faces.resume();
    this.#action("hear").hidden = true;
  }

  #flip() {
    const facing = this.#own.element.dataset.facing === "environment" ? "user" : "environment";
    this.#session.useDevice("video", { facing });
  }

  // -- small things ------------------------------------------------------------------------------

  /**
   * @param {string} text
   * @param {string} participant
   */
  #say(text, participant) {
    announce(this.#texts(text, { name: this.#nameOf(participant) }));
  }

  #nameOf = (/** @type {string} */ participant) => this.#names[participant] || this.#texts("other");

  /**
   * @param {string} type
   * @param {(detail: any) => void} listener
   */
  #hear(type, listener) {
    const { signal } = this.#listening;
    this.#session.addEventListener(
      type,
      (event) => listener(/** @type {CustomEvent} */ (event).detail),
      { signal },
    );
  }

  /**
   * @param {string} name
   * @param {string} [inside]
   * @returns {HTMLElement}
   */
  #part(name, inside = "") {
    return this.#found(`[data-part="${name}"] ${inside}`);
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  #action(name) {
    return this.#found(`[data-action="${name}"]`);
  }

  /** @param {string} selector */
  #found(selector) {
    const element = this.#root.querySelector(selector);
    if (!(element instanceof HTMLElement)) throw new RangeError(`no ${selector} in the call`);
    return element;
  }
}
