// @ts-check
/** After the call: everything is switched off; whoever was cut off by mistake goes back. */

export class EndStep {
  #tools;

  /** @param {{streams: import("../streams.js").Streams, live: import("../live.js").Live, go: (id: string) => void}} tools */
  constructor(tools) {
    this.#tools = tools;
  }

  connect() {
    this.#tools.streams.stop();
  }

  disconnect() {}

  /** @param {string} action */
  act(action) {
    if (action !== "return") return false;
    // Cut off, not hung up: the seat is kept, and the call is one touch away.
    const { presence } = this.#tools.live.state;
    this.#tools.go(presence === "admitted" || presence === "in_call" ? "call" : "waiting_room");
    return true;
  }
}
