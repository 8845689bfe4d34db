/** What a browser would bring: a network, tracks, a peer connection, a server that answers. */

/** Tells of changes of network, as a window does. */
export const network = new EventTarget();
globalThis.addEventListener = network.addEventListener.bind(network);

export class FakeTrack extends EventTarget {
  muted = false;
  label = "";

  constructor(kind, settings = {}) {
    super();
    this.kind = kind;
    this.id = `${kind}-${Math.random()}`;
    this.enabled = true;
    this.readyState = "live";
    this.settings = settings;
  }

  getSettings() {
    return this.settings;
  }

  stop() {
    this.readyState = "ended";
  }

  /** The system takes the device for a while, or gives it back. */
  pause(muted = true) {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }

  unplug() {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }
}

class FakeChannel extends EventTarget {
  readyState = "connecting";
  said = [];

  send(text) {
    this.said.push(JSON.parse(text));
  }

  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }

  hear(message) {
    const data = typeof message === "string" ? message : JSON.stringify(message);
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

class FakeSender {
  constructor() {
    this.track = null;
    this.parameters = { encodings: [{}] };
  }

  async replaceTrack(track) {
    this.track = track;
  }

  getParameters() {
    return this.parameters;
  }

  async setParameters(parameters) {
    this.parameters = parameters;
  }
}

/** The class a session is given; `connections` holds every one made, oldest first. */
export function fakePeerConnections() {
  const connections = [];
  class FakePeerConnection extends EventTarget {
    connectionState = "new";
    localDescription = null;
    descriptions = [];
    isClosed = false;
    stats = new Map();
    transceivers = [
      { mid: "0", direction: "recvonly", sender: new FakeSender(), receiver: { track: new FakeTrack("audio") } },
      { mid: "1", direction: "recvonly", sender: new FakeSender(), receiver: { track: new FakeTrack("video") } },
    ];

    constructor(configuration) {
      super();
      this.configuration = configuration;
      connections.push(this);
    }

    createDataChannel(label, options) {
      this.channel = Object.assign(new FakeChannel(), { label, options });
      return this.channel;
    }

    /** The next offer brings the m-line of a shared screen. */
    expectScreen() {
      const receiver = { track: new FakeTrack("video") };
      this.screen = { mid: "screen", direction: "recvonly", sender: new FakeSender(), receiver };
    }

    /** Gathers through the relays it has been told of by then. */
    async setRemoteDescription(description) {
      this.descriptions.push(description);
      this.gatheredBy = this.configuration.iceServers;
      if (this.screen && !this.transceivers.includes(this.screen)) this.transceivers.push(this.screen);
    }

    async setLocalDescription() {
      this.localDescription = { type: "answer", sdp: `answer to ${this.descriptions.at(-1).sdp}` };
    }

    getConfiguration() {
      return this.configuration;
    }

    setConfiguration(configuration) {
      this.configuration = configuration;
    }

    getTransceivers() {
      return this.transceivers;
    }

    async getStats() {
      return this.stats;
    }

    close() {
      this.isClosed = true;
    }

    become(state) {
      this.connectionState = state;
      this.dispatchEvent(new Event("connectionstatechange"));
    }
  }
  return { connections, FakePeerConnection };
}

/** A server that answers every command; `refuse`, `forget`, `silence` and `agree` change its mind. */
export class FakeServer {
  commands = [];
  foresees = [];
  /** The relays it names now, with credentials that run out. */
  relays = [];
  #peers = 0;
  #forgotten = 0;
  #restarts = 1;
  #answer = () => null;

  fetch = async (url, { body }) => {
    const command = { url, body: JSON.parse(body) };
    this.commands.push(command);
    const special = this.#answer(command);
    if (special) return special;
    if (url === "/leave") return new Response(null, { status: 204 });
    if (url === "/answer") return new Response(null, { status: 204 });
    if (this.#knows(command.body.peer)) return this.#again(command.body.peer);
    this.#peers += 1;
    const [peer, sdp] = [`peer-${this.#peers}`, `offer ${this.#peers}`];
    const { foresees: slots, relays: ice_servers } = this;
    return Response.json({ peer, sdp, generation: 1, slots, ice_servers });
  };

  asked(url) {
    return this.commands.filter((command) => command.url === url);
  }

  refuse(status, code) {
    this.#answer = () => Response.json({ error: { code } }, { status });
  }

  /** The media process is another one: it knows nobody who came before. */
  forget() {
    this.#forgotten = this.#peers;
  }

  #knows(peer) {
    return Boolean(peer) && Number(peer.slice("peer-".length)) > this.#forgotten;
  }

  #again(peer) {
    this.#restarts += 1;
    const sdp = `restart for ${peer}`;
    return Response.json({ peer, sdp, generation: this.#restarts, ice_servers: this.relays });
  }

  silence() {
    this.#answer = () => {
      throw new TypeError("Failed to fetch");
    };
  }

  agree() {
    this.#answer = () => null;
  }
}

/** Let everything that is ready happen, in a few turns of the loop. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
}
