// @ts-check
import { RequestError, postForm } from "../lib/http.js";
import { Nudges } from "../lib/nudges.js";
import { announce, readTexts } from "../lib/texts.js";
import { Chime } from "./chime.js";
import { redraw } from "./redraw.js";
import { TitleAlert } from "./title-alert.js";

/**
 * Somebody who needs something; the key is new when they need something anew.
 * @typedef {{key: string, text: string}} Alarm
 * @typedef {{revision: number, html: string, alarms: Alarm[], names: Record<string, string>}} BoardState
 */

/** The least time between two reads of a board for nudges: the server draws it for tens of milliseconds. */
const BOARD_RESTS_MS = 500;

/** A menu or another window may swallow the release. */
const ENDS_OF_A_PRESS = ["pointerup", "pointercancel", "contextmenu", "blur"];

/**
 * The agent's live board: drawn by the server, merged into the page, heard when somebody needs
 * the agent. Forms marked `data-live-form` are sent without leaving the page. Each new state is
 * passed to the rest of the page as a `board:state` event.
 */
export class LiveBoard {
  #element;
  #texts = readTexts("live-texts");
  #chime = new Chime();
  #title = new TitleAlert();
  /** @type {Set<string>} */
  #known = new Set();
  /** @type {Nudges<BoardState>} */
  #nudges;
  /** Whether a finger or the mouse is down on the board, and what came meanwhile. */
  #pressed = false;
  /** @type {BoardState | null} */
  #held = null;
  #offline = /** @type {HTMLElement | null} */ (document.querySelector("[data-offline]"));
  #failed = /** @type {HTMLElement | null} */ (document.querySelector("[data-failed]"));
  #sound = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-sound]"));

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    const { ticket = "", stateUrl = "", since = "0" } = element.dataset;
    this.#nudges = new Nudges({
      ticket,
      stateUrl,
      since: Number(since),
      restMs: BOARD_RESTS_MS,
      onState: (state) => this.#draw(state),
      onTrouble: (code) => this.#trouble(code),
      onRecovered: () => this.#toggleOffline(false),
    });
  }

  connect() {
    this.#element.addEventListener("submit", this.#submit);
    this.#element.addEventListener("click", this.#choosePhrase);
    this.#element.addEventListener("pointerdown", this.#press);
    for (const kind of ENDS_OF_A_PRESS) window.addEventListener(kind, this.#release);
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, this.#unlock);
    if (this.#sound) this.#sound.hidden = !this.#chime.blocked;
    this.#title.connect();
    /** @type {Alarm[]} */
    const alarms = JSON.parse(document.getElementById("live-alarms")?.textContent ?? "[]");
    this.#known = new Set(alarms.map((alarm) => alarm.key));
    this.#title.count(alarms.length);
    this.#scrollThreads();
    this.#nudges.connect();
  }

  disconnect() {
    this.#nudges.disconnect();
    this.#element.removeEventListener("submit", this.#submit);
    this.#element.removeEventListener("click", this.#choosePhrase);
    this.#element.removeEventListener("pointerdown", this.#press);
    for (const kind of ENDS_OF_A_PRESS) window.removeEventListener(kind, this.#release);
    for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.#unlock);
    this.#title.disconnect();
    this.#chime.close();
  }

  /** @param {BoardState} state */
  #draw(state) {
    // A card that moves between the press and the release takes the click with it.
    if (this.#pressed) {
      this.#held = state;
      return;
    }
    const { html, alarms } = state;
    redraw(this.#element, html);
    this.#scrollThreads();
    this.#hear(alarms);
    this.#element.dispatchEvent(new CustomEvent("board:state", { bubbles: true, detail: state }));
  }

  /** @param {Alarm[]} alarms */
  #hear(alarms) {
    const fresh = alarms.filter((alarm) => !this.#known.has(alarm.key));
    this.#known = new Set(alarms.map((alarm) => alarm.key));
    this.#title.count(alarms.length);
    if (fresh.length === 0) return;
    const sentence = fresh.map((alarm) => alarm.text).join(" ");
    this.#chime.ring();
    this.#title.tell(sentence);
    announce(sentence);
  }

  #submit = async (/** @type {SubmitEvent} */ event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!("liveForm" in form.dataset)) return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    this.#showFailure("");
    try {
      await postForm(form, button);
      form.reset();
      form.closest("details.app-menu")?.removeAttribute("open");
      announce(this.#texts("sent"));
    } catch (error) {
      this.#complain(form, error instanceof RequestError ? error.sentence : "");
    } finally {
      form.removeAttribute("aria-busy");
      this.#nudges.refresh();
    }
  };

  /**
   * @param {HTMLFormElement} form
   * @param {string} words
   */
  #complain(form, words) {
    const said = words || this.#texts("failed");
    const field = form.querySelector("textarea");
    announce(said);
    if (!field) {
      this.#showFailure(said);
      return;
    }
    field.setCustomValidity(said);
    field.reportValidity();
    field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  }

  /** @param {string} words none: nothing has failed */
  #showFailure(words) {
    const place = this.#failed?.querySelector("p");
    if (!this.#failed || !place) return;
    place.textContent = words;
    this.#failed.hidden = !words;
    if (words) this.#failed.scrollIntoView({ block: "nearest" });
  }

  #choosePhrase = (/** @type {MouseEvent} */ event) => {
    const phrase = /** @type {Element} */ (event.target).closest("[data-phrase]");
    if (!(phrase instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const field = phrase.form?.querySelector("textarea");
    if (!field) return;
    field.value = phrase.value;
    field.setCustomValidity("");
    field.focus();
  };

  #press = (/** @type {PointerEvent} */ event) => {
    this.#pressed = event.button === 0;
  };

  #release = () => {
    // The click comes after the release, and is to find what was pressed.
    setTimeout(() => {
      this.#pressed = false;
      const held = this.#held;
      this.#held = null;
      if (held) this.#draw(held);
    });
  };

  #unlock = () => {
    void this.#chime.unlock();
    if (this.#sound) this.#sound.hidden = true;
    for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.#unlock);
  };

  /** @param {import("../lib/nudges.js").Trouble} code */
  #trouble(code) {
    if (code === "realtime.offline") this.#toggleOffline(true);
    // The session is over, or the appointment is not ours any more: the server says which.
    else location.reload();
  }

  /** @param {boolean} offline */
  #toggleOffline(offline) {
    if (this.#offline) this.#offline.hidden = !offline;
  }

  #scrollThreads() {
    for (const log of this.#element.querySelectorAll(".app-chat")) log.scrollTop = log.scrollHeight;
  }
}
