// @ts-check
/** After the call: switches every device off; a person who was cut off can go back. */

export class EndStep {
  #tools;
  #goingBack = false;

  /** @param {{streams: import("../streams.js").Streams, live: import("../live.js").Live, go: (id: string) => void}} tools */
  constructor(tools) {
    this.#tools = tools;
  }

  connect() {
    this.#tools.streams.stop();
    this.#tools.live.addEventListener("state", this.#onState);
    this.#onState();
  }

  disconnect() {
    this.#tools.live.removeEventListener("state", this.#onState);
  }

  /** The call may end before the page knows that an agent put them out: the waiting room says why. */
  #onState = () => {
    const { presence } = this.#tools.live.state;
    if (presence === "refused" || presence === "removed") this.#tools.go("waiting_room");
  };

  /** @param {string} action */
  act(action) {
    if (action !== "return") return false;
    void this.#goBack();
    return true;
  }

  async #goBack() {
    if (this.#goingBack) return;
    this.#goingBack = true;
    const { presence } = await this.#tools.live.latest();
    this.#goingBack = false;
    // Cut off, not hung up: the seat is kept, and the call is one touch away.
    this.#tools.go(presence === "admitted" || presence === "in_call" ? "call" : "waiting_room");
  }
}
