// @ts-check
/** "L'agent vous attend": rings, blinks in the title, and enters by itself unless the person waits. */
import { announce } from "../lib/texts.js";
import { SIGNS_OF_A_PRESS } from "../lib/events.js";
import { playRing } from "../lib/sounds.js";

const COUNT_FROM_S = 5;
const RING_EVERY_MS = 2500;
const RINGS = 10;

export class EnterNow {
  #dialog;
  #later;
  #texts;
  #hasten;
  #enter;
  #title = "";
  #left = 0;
  #rings = 0;
  #offered = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #counting;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ringing;

  /**
   * @param {object} options
   * @param {HTMLDialogElement} options.dialog
   * @param {HTMLElement} options.later the reminder for those who finish first
   * @param {import("./judge.js").Texts} options.texts
   * @param {() => void} options.hasten somebody is about to enter
   * @param {() => void} options.enter
   */
  constructor({ dialog, later, texts, hasten, enter }) {
    this.#dialog = dialog;
    this.#later = later;
    this.#texts = texts;
    this.#hasten = hasten;
    this.#enter = enter;
  }

  connect() {
    this.#button("enter-now-go")?.addEventListener("click", this.#go);
    this.#button("enter-later-go")?.addEventListener("click", this.#go);
    this.#button("enter-now-wait")?.addEventListener("click", this.#wait);
    for (const sign of SIGNS_OF_A_PRESS) this.#later.addEventListener(sign, this.#hasten);
    this.#dialog.addEventListener("cancel", this.#wait);
  }

  disconnect() {
    this.#button("enter-now-go")?.removeEventListener("click", this.#go);
    this.#button("enter-later-go")?.removeEventListener("click", this.#go);
    this.#button("enter-now-wait")?.removeEventListener("click", this.#wait);
    for (const sign of SIGNS_OF_A_PRESS) this.#later.removeEventListener(sign, this.#hasten);
    this.#dialog.removeEventListener("cancel", this.#wait);
    this.withdraw();
  }

  /** Offer to enter, once an admission. */
  offer() {
    if (this.#offered) return;
    this.#offered = true;
    this.#title = document.title;
    this.#left = COUNT_FROM_S;
    this.#show();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#hasten();
    announce(this.#texts("agent_waits"));
    navigator.vibrate?.([300, 150, 300]);
    this.#counting = setInterval(() => this.#count(), 1000);
    this.#rings = 0;
    this.#ring();
    this.#ringing = setInterval(() => this.#ring(), RING_EVERY_MS);
  }

  /** No longer admitted, or inside: nothing to offer. */
  withdraw() {
    this.#quiet();
    this.#offered = false;
    this.#later.hidden = true;
  }

  #go = () => {
    this.#quiet();
    this.#later.hidden = true;
    this.#enter();
  };

  #wait = () => {
    this.#quiet();
    this.#later.hidden = false;
  };

  #count() {
    this.#left -= 1;
    if (this.#left <= 0) this.#go();
    else this.#show();
  }

  #show() {
    const count = document.getElementById("enter-now-count");
    if (count) count.textContent = this.#texts("enter_in", { seconds: this.#left });
  }

  #ring() {
    this.#rings += 1;
    if (this.#rings > RINGS) clearInterval(this.#ringing);
    void playRing();
    document.title = this.#rings % 2 ? this.#texts("agent_waits") : this.#title;
  }

  #quiet() {
    clearInterval(this.#counting);
    clearInterval(this.#ringing);
    if (this.#title) document.title = this.#title;
    this.#title = "";
    if (this.#dialog.open) this.#dialog.close();
  }

  /** @param {string} id */
  #button(id) {
    return document.getElementById(id);
  }
}
