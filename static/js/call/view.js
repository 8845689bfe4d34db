// @ts-check
import { announce, readTexts } from "../lib/texts.js";
import { Faces } from "./faces.js";
import { Notice } from "./notice.js";
import { OwnSide } from "./own-side.js";
import { Parts } from "./parts.js";
import { RoomOnScreen } from "./room-on-screen.js";
import { ScreenView } from "./screen-view.js";
import { Situation } from "./situation.js";
import { Stopwatch } from "./stopwatch.js";
import { changes } from "./switches.js";
import { WakeLock } from "./wake-lock.js";

/** @typedef {import("./session.js").CallSession} CallSession */
/** @typedef {import("./others.js").Other} Other */

/**
 * A call on the page: shows the events of a {@link CallSession}, and passes it the person's actions.
 *
 * The element comes from `call_view.html`. The caller joins and leaves the session; `disconnect()` does
 * not end it.
 */
export class CallView {
  /** @type {AbortController} */ #listening = new AbortController();
  /** @type {Map<string, Other>} */ #others = new Map();
  /** @type {Record<string, string>} */ #names;
  #root;
  #session;
  #texts;
  #parts;
  #own;
  #faces;
  #notice;
  #situation;
  #room;
  #stopwatch;
  #screen;
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
    this.#parts = new Parts(root);
    this.#faces = new Faces({
      place: this.#parts.part("faces"),
      template: /** @type {HTMLTemplateElement} */ (this.#parts.part("face")),
      onBlocked: () => (this.#parts.action("hear").hidden = false),
    });
    this.#notice = new Notice(this.#parts.part("notice"), this.#texts);
    this.#situation = new Situation(root, this.#texts);
    this.#room = new RoomOnScreen(root, this.#parts.action("fullscreen"));
    this.#stopwatch = new Stopwatch(this.#parts.part("elapsed"));
    this.#own = new OwnSide(root, {
      session,
      texts: this.#texts,
      onSpeaker: (deviceId) => this.#faces.useSpeaker(deviceId),
      onNotice: (words) => this.#notice.show(words),
    });
    this.#screen = new ScreenView(root, {
      screen: session.screen,
      texts: this.#texts,
      nameOf: this.#nameOf,
    });
  }

  connect() {
    const { signal } = this.#listening;
    this.#root.addEventListener("click", this.#clicked, { signal });
    this.#hear("state", (detail) => this.#stateChanged(detail));
    this.#hear("layout", ({ others }) => this.#layoutChanged(others));
    this.#hear("remotemedia", (detail) => this.#otherSwitched(detail));
    this.#hear("speaking", ({ participants }) => this.#faces.mark(participants));
    this.#hear("quality", ({ level }) => this.#showQuality(level));
    for (const one of [this.#session, this.#session.screen]) {
      one.addEventListener("trouble", this.#troubled, { signal });
    }
    this.#session.screen.addEventListener("change", () => this.#arrange(), { signal });
    for (const part of [this.#own, this.#screen, this.#room]) part.connect();
    const words = this.#situation.show(this.#session.state);
    if (this.#session.state !== "idle") announce(words);
    this.#layoutChanged(this.#session.others);
  }

  disconnect() {
    this.#listening.abort();
    this.#listening = new AbortController();
    for (const part of [this.#own, this.#screen, this.#faces, this.#room]) part.disconnect();
    for (const part of [this.#situation, this.#stopwatch, this.#wakeLock]) part.disconnect();
    this.#notice.disconnect();
  }

  /**
   * Set the names of the participants, also when they are known later than the call.
   * @param {Record<string, string>} names by participant
   */
  setNames(names) {
    this.#names = names;
    this.#faces.rename(this.#nameOf);
    this.#screen.show();
  }

  /** Ask whether the person wants to leave the call, as when they go back in the history. */
  askToLeave() {
    this.#own.askToLeave();
  }

  // -- events of the session --------------------------------------------------------------------

  /** @param {{state: import("./states.js").State, before: string, reason: string}} change */
  #stateChanged({ state, before, reason }) {
    const words = this.#situation.show(state, { reason, gone: this.#gone });
    const isIn = state === "waiting" || state === "connected" || state === "reconnecting";
    if (state === "connected") {
      this.#stopwatch.connect();
      this.#parts.part("clock").hidden = false;
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
      const before = this.#others.get(other.participant);
      if (!before) this.#say("arrived", other.participant);
      this.#others.set(other.participant, other);
      if (!other.pictures && (before?.pictures ?? true)) this.#explainNoPictures(other.participant);
    }
    this.#root.dataset.people = String(others.length);
    this.#arrange();
    this.#faces.show(others, this.#nameOf);
  }

  /** One face large, several in a grid, or all of them beside a screen. */
  #arrange() {
    const people = this.#others.size;
    const beside = this.#session.screen.participant !== "";
    this.#root.dataset.arrangement = beside ? "screen" : people > 1 ? "grid" : "face";
    this.#root.dataset.faces = beside || people > 2 ? "small" : "large";
  }

  /** @param {string} participant */
  #left(participant) {
    this.#others.delete(participant);
    if (this.#session.state !== "waiting") return this.#say("gone", participant);
    announce(this.#situation.show("waiting", { gone: this.#nameOf(participant) }));
  }

  /** @param {string} participant */
  #explainNoPictures(participant) {
    this.#notice.show(this.#texts("no_pictures", { name: this.#nameOf(participant) }));
  }

  /** @param {{participant: string} & import("./others.js").OthersMedia} change */
  #otherSwitched({ participant, ...now }) {
    const before = this.#others.get(participant);
    this.#layoutChanged(this.#session.others);
    if (before) for (const change of changes(before, now)) this.#say(change, participant);
  }

  /** @param {import("./quality.js").Level} level */
  #showQuality(level) {
    const box = this.#parts.part("quality");
    if (box.dataset.level === level) return;
    box.dataset.level = level;
    this.#parts.part("quality-words").textContent = level === "unknown" ? "" : this.#texts(level);
    if (level === "poor") this.#notice.show(this.#texts("poor_advice"));
  }

  #troubled = (/** @type {Event} */ event) => {
    this.#notice.trouble(/** @type {CustomEvent} */ (event).detail.code);
  };

  // -- actions of the person --------------------------------------------------------------------

  #clicked = (/** @type {Event} */ event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-action]");
    const action = button instanceof HTMLElement ? button.dataset.action : "";
    if (action === "fullscreen") this.#room.toggle();
    // A telephone call stops what plays, too.
    if (action === "hear" || action === "resume") this.#resume();
  };

  async #resume() {
    await this.#faces.resume();
    this.#parts.action("hear").hidden = true;
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
}
