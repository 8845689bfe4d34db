// @ts-check
/** "Je suis bloqué", what the agent writes, and what the person answers; on every step. */
import { announce } from "../lib/texts.js";
import { postJson } from "../lib/http.js";

/** @typedef {import("./live.js").VisitState} VisitState */
/** @typedef {import("./live.js").Message} Message */

/** A message is read all the same where the sound does not come. */
async function chime() {
  const { playMessage } = await import("../lib/sounds.js");
  await playMessage();
}

export class HelpPanel {
  #panel;
  #live;
  #texts;
  #addresses;
  #reason;
  #shown = 0;
  #stateChanged = (/** @type {Event} */ event) => this.#show(/** @type {CustomEvent} */ (event).detail);

  /**
   * @param {HTMLElement} panel
   * @param {object} tools
   * @param {import("./live.js").Live} tools.live
   * @param {import("./judge.js").Texts} tools.texts
   * @param {import("./live.js").Addresses} tools.addresses
   * @param {() => string} tools.reason why somebody would be stuck now
   */
  constructor(panel, { live, texts, addresses, reason }) {
    this.#panel = panel;
    this.#live = live;
    this.#texts = texts;
    this.#addresses = addresses;
    this.#reason = reason;
  }

  connect() {
    this.#panel.addEventListener("submit", this.#submitted);
    this.#live.addEventListener("state", this.#stateChanged);
    this.#shown = this.#live.state.messages.length;
    this.#reveal(this.#live.state);
  }

  disconnect() {
    this.#panel.removeEventListener("submit", this.#submitted);
    this.#live.removeEventListener("state", this.#stateChanged);
  }

  /**
   * Say that the page is cut off, or no longer.
   * @param {string} words empty when all is well again
   */
  trouble(words) {
    const place = this.#find("#help-trouble");
    if (!place) return;
    place.textContent = words;
    place.hidden = words === "";
    if (words) announce(words);
  }

  /** Ask after somebody who has been on a step for long. */
  nudge() {
    const nudge = this.#find("#help-nudge");
    if (nudge) nudge.hidden = false;
  }

  unnudge() {
    const nudge = this.#find("#help-nudge");
    if (nudge) nudge.hidden = true;
  }

  /** @param {SubmitEvent} event */
  #submitted = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.id === "stuck-form") void this.#stuck();
    if (form.id === "unstuck-form") void this.#unstuck();
    if (form.id === "help-form") void this.#write(form);
  };

  async #stuck() {
    this.#reveal({ ...this.#live.state, stuck: true });
    announce(this.#texts("stuck"));
    await this.#send(this.#addresses.help, { reason: this.#reason() });
  }

  async #unstuck() {
    if (await this.#send(this.#addresses.help_over, {})) this.#live.refresh();
  }

  /** @param {HTMLFormElement} form */
  async #write(form) {
    const input = form.querySelector("input[name=text]");
    if (!(input instanceof HTMLInputElement) || !input.value.trim()) return;
    if (await this.#send(this.#addresses.message, { text: input.value })) {
      input.value = "";
      this.#live.refresh();
    }
  }

  /**
   * @param {string} url
   * @param {object} body
   */
  async #send(url, body) {
    const error = this.#find("#help-error");
    try {
      await postJson(url, body);
      if (error) error.hidden = true;
      return true;
    } catch {
      if (error) {
        error.hidden = false;
        error.textContent = this.#texts("not_sent");
      }
      return false;
    }
  }

  /** @param {VisitState} state */
  #show(state) {
    const fresh = state.messages.slice(this.#shown);
    this.#shown = state.messages.length;
    const list = this.#find("#help-messages");
    for (const message of fresh) list?.append(this.#bubble(message));
    if (fresh.length && list) list.scrollTop = list.scrollHeight;
    this.#reveal(state);
    const heard = fresh.filter(({ author }) => author === "agent");
    if (heard.length) {
      chime().catch(() => {});
      announce(this.#texts("message_from", { text: heard[heard.length - 1].text }));
      this.#find("#help-talk")?.scrollIntoView({ block: "nearest", behavior: "auto" });
    }
  }

  /** @param {VisitState} state */
  #reveal(state) {
    const talk = this.#find("#help-talk");
    const askedForHelp = this.#find("#help-notice");
    if (talk) talk.hidden = !state.stuck && state.messages.length === 0;
    if (askedForHelp) askedForHelp.hidden = !state.stuck;
    this.#find("#stuck-button")?.setAttribute("aria-pressed", String(state.stuck));
  }

  /** @param {Message} message */
  #bubble({ author, text }) {
    const mine = author === "citizen";
    const bubble = document.createElement("li");
    bubble.className = mine ? "app-bubble app-bubble--mine" : "app-bubble";
    const who = document.createElement("p");
    who.className = "app-bubble__author";
    who.textContent = mine ? this.#texts("me") : this.#live.state.agent.name || this.#texts("agent");
    const words = document.createElement("p");
    words.className = "app-bubble__text";
    words.dir = "auto";
    words.textContent = text;
    bubble.append(who, words);
    return bubble;
  }

  /**
   * @param {string} selector
   * @returns {HTMLElement | null}
   */
  #find(selector) {
    return this.#panel.querySelector(selector);
  }
}
