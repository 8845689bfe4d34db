// @ts-check
import { list, listedAs } from "../lib/devices.js";

/** @typedef {import("./session.js").CallSession} CallSession */
/** @typedef {(name: string, values?: Record<string, string | number>) => string} Texts */

const KINDS = /** @type {const} */ ({ camera: "video", microphone: "audio" });

/** Which camera, microphone and loudspeaker; a choice counts at once. */
export class SettingsDialog {
  #dialog;
  #session;
  #texts;
  #onSpeaker;

  /**
   * @param {object} options
   * @param {HTMLDialogElement} options.dialog
   * @param {CallSession} options.session
   * @param {Texts} options.texts
   * @param {(deviceId: string) => void} options.onSpeaker
   */
  constructor({ dialog, session, texts, onSpeaker }) {
    this.#dialog = dialog;
    this.#session = session;
    this.#texts = texts;
    this.#onSpeaker = onSpeaker;
  }

  connect() {
    this.#dialog.addEventListener("change", this.#chosen);
    navigator.mediaDevices?.addEventListener("devicechange", this.#changed);
  }

  disconnect() {
    this.#dialog.removeEventListener("change", this.#chosen);
    navigator.mediaDevices?.removeEventListener("devicechange", this.#changed);
    this.#dialog.close();
  }

  async open() {
    await this.#fill();
    this.#dialog.showModal();
  }

  async #fill() {
    for (const select of this.#selects) {
      const kind = /** @type {"camera" | "microphone" | "speaker"} */ (select.dataset.device);
      const devices = kind === "speaker" && !canChooseSpeaker() ? [] : await list(kind);
      const current = await listedAs(kind, this.#current(kind, select));
      const options = devices.map(({ deviceId, label }, index) => {
        const name = label || this.#texts(kind, { number: index + 1 });
        return new Option(name, deviceId, false, deviceId === current);
      });
      select.replaceChildren(...options);
      const field = select.closest("[data-part]");
      if (field instanceof HTMLElement) field.hidden = devices.length === 0;
    }
  }

  /** @returns {HTMLSelectElement[]} */
  get #selects() {
    return [...this.#dialog.querySelectorAll("select")];
  }

  /**
   * @param {"camera" | "microphone" | "speaker"} kind
   * @param {HTMLSelectElement} select
   */
  #current(kind, select) {
    if (kind === "speaker") return select.value || "default";
    return this.#session.tracks[KINDS[kind]]?.getSettings().deviceId ?? "";
  }

  #changed = () => {
    if (this.#dialog.open) this.#fill();
  };

  #chosen = (/** @type {Event} */ event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const kind = select.dataset.device;
    if (kind === "speaker") this.#onSpeaker(select.value);
    if (kind === "camera" || kind === "microphone") {
      this.#session.useDevice(KINDS[kind], { deviceId: select.value });
    }
  };
}

function canChooseSpeaker() {
  return "setSinkId" in HTMLMediaElement.prototype;
}
