// @ts-check
/**
 * Keeps a page's state fresh: nudged over a WebSocket where there is one, polled where there is
 * none. What the state means is the page's business. Messages: docs/signaling.md, "Nudges".
 */
import { REDIRECTED, RequestError, getJson } from "./http.js";

/** How often the state is read while the socket is down, page visible. */
const POLL_MS = 2000;
/** The same, page hidden. */
const POLL_HIDDEN_MS = 5000;
/** While the socket is up: a dead connection can take 40 s to be noticed. */
const SAFETY_MS = 25000;
/** How long a page that is not eager waits before it loads the library of its socket. */
const SOCKET_AFTER_MS = 2500;
/** Longest pause between two tries when the server does not answer. */
const LONGEST_MS = 10000;
/** A read that takes longer than this is given up, milliseconds. */
const READ_WITHIN_MS = 8000;
/** Share of each pause that is random, so that pages do not come back all at once. */
const JITTER = 0.2;

/** Statuses after which nothing is read any more: the page's rights have ended. */
const SIGNED_OUT = new Set([401, 403]);
/** The same: what the page shows exists no more. */
const GONE = new Set([404, 410]);

/**
 * @typedef {{revision: number}} State Any state; pages know its other members.
 * @typedef {"realtime.offline" | "realtime.signed_out" | "realtime.gone"} Trouble
 */

/**
 * @template {State} [T=any]
 */
export class Nudges {
  #ticket;
  #stateUrl;
  #onState;
  #onTrouble;
  #onRecovered;
  /** @type {import("socket.io-client").Socket | null} */
  #socket = null;
  #revision;
  #eager;
  #running = false;
  #awake = false;
  /** @type {Promise<void> | null} while one is under way */
  #reading = null;
  #again = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waking;
  #restMs;
  /** When the last read began, on the page's own clock. */
  #readAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} while a nudge waits for the rest to end */
  #resting;
  #refresh = () => this.refresh();

  /** Read at once, or when the rest since the last read is over: once for all nudges meanwhile. */
  #nudged = () => {
    const left = this.#readAt + this.#restMs - performance.now();
    if (left <= 0) void this.refresh();
    else this.#resting ??= setTimeout(this.#refresh, left);
  };

  /**
   * @param {object} options
   * @param {string} options.ticket What this page may listen to.
   * @param {string} options.stateUrl Answers `?since=<revision>` with the state, or 204 when nothing changed.
   * @param {(state: T) => void} options.onState Called with each new state, never twice with the same.
   * @param {number} [options.since] The revision the page was rendered with.
   * @param {boolean} [options.eager] False: the page was just rendered with this state and is to be
   *   used before all else; the first read and the socket come a little later, or at `hurry()`.
   * @param {number} [options.restMs] The least time between two reads for nudges, milliseconds: for a
   *   state that takes long to draw and that a crowd changes.
   * @param {(code: Trouble) => void} [options.onTrouble] Called once when offline, which ends by itself; the others are final.
   * @param {() => void} [options.onRecovered] The state can be read again.
   */
  constructor({ ticket, stateUrl, onState, since = 0, eager = true, restMs = 0, onTrouble, onRecovered }) {
    this.#ticket = ticket;
    this.#stateUrl = stateUrl;
    this.#onState = onState;
    this.#revision = since;
    this.#eager = eager;
    this.#restMs = restMs;
    this.#onTrouble = onTrouble ?? (() => {});
    this.#onRecovered = onRecovered ?? (() => {});
  }

  /** Whether nudges arrive; while they do not, the page polls. */
  get live() {
    return this.#socket?.connected ?? false;
  }

  /** The revision of the last state passed to `onState`. */
  get revision() {
    return this.#revision;
  }

  /** Start; an eager page reads the state at once. */
  connect() {
    if (this.#running) return;
    this.#running = true;
    document.addEventListener("visibilitychange", this.#refresh);
    window.addEventListener("online", this.#refresh);
    if (this.#eager) this.hurry();
    else this.#waking = setTimeout(() => this.hurry(), SOCKET_AFTER_MS);
  }

  /** Open the socket now: the page is used, or an answer is awaited on it. */
  hurry() {
    if (!this.#running || this.#awake) return;
    this.#awake = true;
    clearTimeout(this.#waking);
    if (this.#eager) this.refresh();
    // A socket reads as soon as it is open; where none opens, this timer does.
    else this.#schedule(POLL_MS);
    void this.#openSocket();
  }

  /** Stop: no callback is called after this. */
  disconnect() {
    this.#running = false;
    this.#awake = false;
    clearTimeout(this.#waking);
    clearTimeout(this.#timer);
    clearTimeout(this.#resting);
    document.removeEventListener("visibilitychange", this.#refresh);
    window.removeEventListener("online", this.#refresh);
    this.#socket?.disconnect();
    this.#socket = null;
  }

  /**
   * Read the state now, or once more when a read is under way.
   * @returns {Promise<void>} resolves when `onState` has had what the server knew at this call
   */
  refresh() {
    if (!this.#running) return Promise.resolve();
    this.#again = true;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  async #openSocket() {
    // Addressed from this file, so the copy of the same release is loaded; and only now, so that
    // a page can be used before its socket is there.
    const address = new URL("../../vendor/socket.io.esm.min.js", import.meta.url).href;
    try {
      /** @type {typeof import("socket.io-client")} */
      const { io } = await import(address);
      if (!this.#running) return;
      const socket = io({
        transports: ["websocket"],
        auth: { ticket: this.#ticket },
        reconnectionDelay: 1000,
        reconnectionDelayMax: 15000,
        timeout: 8000,
      });
      socket.on("connect", this.#refresh);
      socket.on("disconnect", this.#refresh);
      // Topics count separately and the state may hold several, so a nudge's number proves
      // nothing about what this page knows: it reads.
      socket.on("nudge", this.#nudged);
      this.#socket = socket;
    } catch {
      // No library, no nudges: the page polls.
    }
  }

  async #readAll() {
    clearTimeout(this.#timer);
    while (this.#again && this.#running) {
      this.#again = false;
      await this.#read();
    }
    this.#reading = null;
    if (this.#running) this.#schedule(this.#pause());
  }

  async #read() {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#readAt = performance.now();
    try {
      const options = { cache: /** @type {const} */ ("no-store"), withinMs: READ_WITHIN_MS };
      this.#take(await getJson(this.#addressSince(), options));
    } catch (error) {
      this.#refused(error);
    }
  }

  /** @param {number} pause milliseconds until the next read */
  #schedule(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#refresh, pause);
  }

  /** @param {T | null} state null: nothing has changed */
  #take(state) {
    this.#recovered();
    if (this.#running && state && state.revision !== this.#revision) {
      this.#revision = state.revision;
      this.#onState(state);
    }
  }

  /** @param {unknown} error */
  #refused(error) {
    const { status = 0, code = "" } = error instanceof RequestError ? error : {};
    if (SIGNED_OUT.has(status) || code === REDIRECTED) this.#end("realtime.signed_out");
    else if (GONE.has(status)) this.#end("realtime.gone");
    else this.#failed();
  }

  /** @param {Trouble} code */
  #end(code) {
    if (!this.#running) return;
    this.disconnect();
    this.#onTrouble(code);
  }

  #failed() {
    this.#failures += 1;
    // One lost read alone is not shown to the person.
    if (this.#failures === 2 && this.#running) this.#onTrouble("realtime.offline");
  }

  #recovered() {
    const wasOffline = this.#failures >= 2;
    this.#failures = 0;
    if (wasOffline && this.#running) this.#onRecovered();
  }

  #addressSince() {
    const address = new URL(this.#stateUrl, document.baseURI);
    address.searchParams.set("since", String(this.#revision));
    return address.href;
  }

  #pause() {
    let pause = document.hidden ? POLL_HIDDEN_MS : POLL_MS;
    if (this.#failures > 0) pause = Math.min(pause * 2 ** (this.#failures - 1), LONGEST_MS);
    else if (this.live) pause = SAFETY_MS;
    return pause * (1 - JITTER / 2 + JITTER * Math.random());
  }
}
