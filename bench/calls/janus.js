// @ts-check
/**
 * Janus's VideoRoom over its HTTP API, as its own client does it: one connection up, one down for
 * each other publisher, candidates trickled by nobody because the answer waits for none.
 *
 * @typedef {import("./plane.js").Seat & {url: string}} JanusSeat
 * @typedef {Record<string, any>} Message
 */

/** @param {JanusSeat} seat */
export async function enterJanus({ url, room, own, show, limit }) {
  const session = await Session.create(url);
  const number = Number(room);
  const publisher = await session.attach();
  // For the second participant the room exists already: Janus answers with an error, which is ignored.
  await publisher.send({ request: "create", room: number, publishers: 12, videocodec: "vp8" });
  session.onPublishers = (publishers) => {
    for (const { id } of publishers) watch(session, number, id, show);
  };
  const joined = await publisher.send({ request: "join", ptype: "publisher", room: number });
  session.onPublishers(joined.plugindata.data.publishers);

  const connection = show(new RTCPeerConnection({ bundlePolicy: "max-bundle" }));
  publisher.trickle(connection);
  for (const track of own.getTracks()) connection.addTrack(track, own);
  await connection.setLocalDescription();
  const configured = await publisher.send({ request: "configure" }, connection.localDescription);
  await connection.setRemoteDescription(configured.jsep);
  await limit(connection.getSenders().find((sender) => sender.track?.kind === "video"));
}

/**
 * @param {Session} session
 * @param {number} room
 * @param {number} feed
 * @param {JanusSeat["show"]} show
 */
async function watch(session, room, feed, show) {
  const subscriber = await session.attach();
  const request = { request: "join", ptype: "subscriber", room, streams: [{ feed }] };
  const offered = await subscriber.send(request);
  const connection = show(new RTCPeerConnection({ bundlePolicy: "max-bundle" }));
  subscriber.trickle(connection);
  await connection.setRemoteDescription(offered.jsep);
  await connection.setLocalDescription();
  await subscriber.send({ request: "start" }, connection.localDescription);
}

class Session {
  /** @type {Map<string, (message: Message) => void>} */ #waiting = new Map();
  /** @type {(publishers: {id: number}[]) => void} */ onPublishers = () => {};
  #url;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /** @param {string} url */
  static async create(url) {
    const { data } = await post(url, { janus: "create", transaction: name() });
    const session = new Session(`${url}/${data.id}`);
    session.#listen();
    return session;
  }

  async attach() {
    const plugin = "janus.plugin.videoroom";
    const { data } = await post(this.#url, { janus: "attach", plugin, transaction: name() });
    return new Handle(this, `${this.#url}/${data.id}`);
  }

  /** @param {string} transaction @returns {Promise<Message>} */
  answerTo(transaction) {
    return new Promise((resolve) => this.#waiting.set(transaction, resolve));
  }

  async #listen() {
    for (;;) {
      const events = await (await fetch(`${this.#url}?maxev=10`)).json();
      for (const event of [events].flat()) this.#heard(event);
    }
  }

  /** @param {Message} event */
  #heard(event) {
    const waiting = this.#waiting.get(event.transaction);
    this.#waiting.delete(event.transaction);
    if (waiting) waiting(event);
    else if (event.plugindata?.data.publishers) this.onPublishers(event.plugindata.data.publishers);
  }
}

class Handle {
  #session;
  #url;

  /**
   * @param {Session} session
   * @param {string} url
   */
  constructor(session, url) {
    this.#session = session;
    this.#url = url;
  }

  /** Send each of our candidates as soon as it is known. @param {RTCPeerConnection} connection */
  trickle(connection) {
    connection.addEventListener("icecandidate", ({ candidate }) => {
      const transaction = name();
      void post(this.#url, { janus: "trickle", transaction, candidate: candidate ?? { completed: true } });
    });
  }

  /**
   * @param {Message} body
   * @param {RTCSessionDescription | null} [jsep]
   * @returns {Promise<Message>} what the plugin answers, at once or as an event
   */
  async send(body, jsep) {
    const transaction = name();
    const later = this.#session.answerTo(transaction);
    const now = await post(this.#url, { janus: "message", body, transaction, ...(jsep && { jsep }) });
    return now.janus === "ack" ? later : now;
  }
}

function name() {
  return Math.random().toString(36).slice(2);
}

/**
 * @param {string} url
 * @param {Message} message
 * @returns {Promise<Message>}
 */
async function post(url, message) {
  return (await fetch(url, { method: "POST", body: JSON.stringify(message) })).json();
}
