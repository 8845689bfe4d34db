// @ts-check
import { announce } from "../lib/texts.js";
import { list } from "../lib/devices.js";
import { Face } from "./face.js";
import { Parts } from "./parts.js";
import { SettingsDialog } from "./settings-dialog.js";
import { Shortcuts } from "./shortcuts.js";
import { SWITCHES, changes } from "./switches.js";

/** @typedef {import("./session.js").CallSession} CallSession */
/** @typedef {(name: string, values?: Record<string, string | number>) => string} Texts */

/** One's own side of a call on the page: the small picture, the switches, the settings, the way out. */
export class OwnSide {
  #listening = new AbortController();
  #root;
  #session;
  #texts;
  #onNotice;
  #parts;
  #face;
  #settings;
  #shortcuts;
  #shown;

  /**
   * @param {HTMLElement} root a `.app-visio`
   * @param {object} options
   * @param {CallSession} options.session
   * @param {Texts} options.texts
   * @param {(deviceId: string) => void} options.onSpeaker another loudspeaker was chosen
   * @param {(words: string) => void} options.onNotice something to say for a moment
   */
  constructor(root, { session, texts, onSpeaker, onNotice }) {
    this.#root = root;
    this.#session = session;
    this.#texts = texts;
    this.#onNotice = onNotice;
    this.#shown = session.media;
    this.#parts = new Parts(root);
    this.#face = new Face(this.#parts.part("self", ".app-face"));
    const dialog = /** @type {HTMLDialogElement} */ (this.#parts.part("settings"));
    this.#settings = new SettingsDialog({ dialog, session, texts, onSpeaker });
    this.#shortcuts = new Shortcuts(
      { m: this.#actions.microphone, v: this.#actions.camera, h: this.#actions.hand },
      /** @type {HTMLInputElement} */ (this.#parts.part("shortcuts")),
    );
  }

  connect() {
    const { signal } = this.#listening;
    this.#root.addEventListener("click", this.#clicked, { signal });
    this.#leaving.addEventListener("close", this.#answered, { signal });
    this.#session.addEventListener("localmedia", () => this.#switched(), { signal });
    this.#session.addEventListener("replaced", (event) => this.#replaced(event), { signal });
    this.#session.addEventListener("localtrack", () => this.#show(), { signal });
    this.#settings.connect();
    this.#shortcuts.connect();
    this.#face.name = this.#texts("you");
    this.#show();
    list("camera").then((cameras) => {
      const turns = cameras.length > 1 && matchMedia("(pointer: coarse)").matches;
      this.#parts.action("flip").hidden = !turns;
    });
  }

  disconnect() {
    this.#listening.abort();
    this.#listening = new AbortController();
    this.#settings.disconnect();
    this.#shortcuts.disconnect();
  }

  #switched() {
    const { media } = this.#session;
    for (const change of changes(this.#shown, media)) announce(this.#texts(`my_${change}`));
    this.#draw();
  }

  /** @param {Event} event */
  #replaced(event) {
    const { label } = /** @type {CustomEvent} */ (event).detail;
    this.#onNotice(label ? this.#texts("microphone.replaced", { name: label }) : this.#texts("microphone.replaced_by_other"));
  }

  /** What the system holds back is said large, with the button that takes it back. */
  #drawPause() {
    const { audio, video } = this.#session.paused;
    const words = audio && video ? "paused_both" : audio ? "paused_microphone" : "paused_camera";
    const box = this.#parts.part("paused");
    const hidden = !audio && !video;
    if (!hidden && (box.hidden || box.dataset.what !== words)) announce(this.#texts(words));
    box.hidden = hidden;
    box.dataset.what = hidden ? "" : words;
    this.#parts.part("paused-words").textContent = hidden ? "" : this.#texts(words);
  }

  #draw() {
    const { media } = this.#session;
    this.#shown = media;
    this.#drawPause();
    this.#face.show(media);
    for (const [name, kind] of SWITCHES) {
      // The normal state is a microphone that is on and a hand that is down.
      this.#parts.action(name).dataset.on = String(media[kind] !== (kind === "hand"));
    }
  }

  #show() {
    const { tracks } = this.#session;
    this.#face.play([tracks.video]);
    this.#draw();
    const outward = tracks.video?.getSettings().facingMode === "environment";
    this.#face.element.dataset.facing = outward ? "environment" : "user";
  }

  #clicked = (/** @type {Event} */ event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-action]");
    if (button instanceof HTMLElement) this.#actions[button.dataset.action ?? ""]?.();
  };

  /** @type {Record<string, () => void>} */
  get #actions() {
    return {
      microphone: () => this.#session.setMicrophone(!this.#session.media.audio),
      camera: () => this.#session.setCamera(!this.#session.media.video),
      hand: () => this.#session.raiseHand(!this.#session.media.hand),
      settings: () => this.#settings.open(),
      flip: () => this.#flip(),
      leave: () => this.#wishToLeave(),
      retry: () => this.#session.join(),
      resume: () => this.#session.resume(),
    };
  }

  #flip() {
    const facing = this.#face.element.dataset.facing === "environment" ? "user" : "environment";
    this.#session.useDevice("video", { facing });
  }

  get #leaving() {
    return /** @type {HTMLDialogElement} */ (this.#parts.part("leaving"));
  }

  /** Ask before leaving; a yes leaves. */
  askToLeave() {
    if (!this.#leaving.open) this.#leaving.showModal();
  }

  #wishToLeave() {
    if (this.#root.dataset.seat === "citizen") this.askToLeave();
    else this.#session.leave();
  }

  #answered = () => {
    if (this.#leaving.returnValue === "leave") this.#session.leave();
    this.#leaving.returnValue = "";
  };
}
