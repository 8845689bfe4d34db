// @ts-check
import { postJson } from "../lib/http.js";

/**
 * Names that a page and the media plane agree on. The types of their messages are in
 * `messages.d.ts`, written from Python; docs/signaling.md says who sends which, when.
 */

/** @typedef {import("../lib/http.js").RequestError} RequestError */

/**
 * The addresses of the media routes, which the server writes into the page, and for tests a `fetch`.
 * @typedef {object} MediaRoutes
 * @property {string} offerUrl
 * @property {string} answerUrl
 * @property {string} leaveUrl
 * @property {typeof globalThis.fetch} [fetch]
 */

/**
 * Ask for the plane's offer.
 *
 * @param {MediaRoutes} routes
 * @param {import("./messages.js").OfferRequest} [body]
 * @returns {Promise<import("./messages.js").OfferAnswer>}
 * @throws {RequestError}
 */
export function requestOffer({ offerUrl, fetch }, body = {}) {
  return postJson(offerUrl, body, { fetch });
}

/**
 * Send our answer to it.
 *
 * @param {MediaRoutes} routes
 * @param {import("./messages.js").AnswerRequest} body
 * @returns {Promise<void>}
 * @throws {RequestError}
 */
export function sendAnswer({ answerUrl, fetch }, body) {
  return postJson(answerUrl, body, { fetch });
}

/**
 * End a connection. When this does not arrive, the plane notices the silence; the page may be closed
 * before the answer comes.
 *
 * @param {MediaRoutes} routes
 * @param {import("./messages.js").LeaveRequest} body
 * @returns {Promise<void>}
 */
export async function leave({ leaveUrl, fetch }, body) {
  await postJson(leaveUrl, body, { fetch, keepalive: true }).catch(() => {});
}

/** The control channel, agreed beforehand: both sides open it without asking. */
export const CONTROL = { label: "control", negotiated: true, id: 0 };

/** The m-line of a shared screen, ours or another's. */
export const SCREEN_MID = "screen";

/** Refusals that say to ask again later: timeout, too early, too many requests. */
const TRANSIENT = new Set([408, 425, 429]);

/**
 * Whether asking the media routes again would get the same answer.
 * @param {RequestError} problem
 */
export function isFinal({ code, status, isRefusal }) {
  // The plane was restarted, or this connection has ended: a new one can be made.
  return isRefusal && code !== "media.unknown_peer" && !TRANSIENT.has(status);
}
