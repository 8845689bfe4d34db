// @ts-check
/** Takes the name the agent will see. */
import { announce } from "../../lib/texts.js";
import { postJson } from "../../lib/http.js";

export class NameStep {
  #stage;
  #texts;
  #next;
  #url;

  /**
   * @param {HTMLElement} stage
   * @param {{texts: import("../judge.js").Texts, next: () => void, addresses: import("../live.js").Addresses}} tools
   */
  constructor(stage, { texts, next, addresses }) {
    this.#stage = stage;
    this.#texts = texts;
    this.#next = next;
    this.#url = addresses.name;
  }

  connect() {}

  disconnect() {}

  /** @param {string} action */
  act(action) {
    if (action !== "introduce") return false;
    void this.#introduce();
    return true;
  }

  async #introduce() {
    const name = this.#stage.querySelector("input[name=name]");
    try {
      await postJson(this.#url, { name: name instanceof HTMLInputElement ? name.value : "" });
    } catch {
      // The appointment holds a name already: this one is worth a try, not a wait.
      announce(this.#texts("not_sent"));
    }
    this.#next();
  }
}
