// @ts-check
/**
 * The one way scripts ask the server: same origin, CSRF token, a deadline, and one class of error.
 * Nothing else in `static/js` calls `fetch` (a law says so).
 */

/** A request that is not answered by then is given up, milliseconds. */
export const ANSWER_WITHIN_MS = 8_000;

/** The same for a form, whose answer may take the server longer. */
export const FORM_WITHIN_MS = 20_000;

/** Nothing answered: no network, no server, or not in time. */
export const UNREACHABLE = "network.unreachable";

/** The server sent the browser to another page, as to the sign-in. */
export const REDIRECTED = "request.redirected";

/** What was answered is not what was asked for. */
export const UNREADABLE = "request.unreadable";

/** A request was refused, or nothing answered it. */
export class RequestError extends Error {
  /**
   * @param {string} code stable and dotted: the server's, or one of those above
   * @param {object} [details]
   * @param {number} [details.status] of HTTP; 0 when nothing answered
   * @param {string} [details.sentence] the server's words for a person, or empty
   * @param {string} [details.advice] what to do now, or empty
   * @param {number} [details.retryAfter] seconds to wait before asking again
   * @param {unknown} [details.cause]
   */
  constructor(code, { status = 0, sentence = "", advice = "", retryAfter = 0, cause } = {}) {
    super(sentence || code, { cause });
    this.name = "RequestError";
    this.code = code;
    this.status = status;
    this.sentence = sentence;
    this.advice = advice;
    this.retryAfter = retryAfter;
  }

  /** Whether the server understood the request and refused it. */
  get isRefusal() {
    return this.status >= 400 && this.status < 500;
  }
}

/**
 * @typedef {object} RequestOptions
 * @property {AbortSignal} [signal] gives up; the promise rejects with the signal's reason
 * @property {number} [withinMs] the deadline, milliseconds
 * @property {boolean} [keepalive] the request outlives the page
 * @property {RequestCache} [cache]
 * @property {typeof globalThis.fetch} [fetch] stands in for the browser's own in tests
 */

/**
 * @param {string} url
 * @param {RequestOptions} [options]
 * @returns {Promise<any>} the JSON answered; null when there is none
 * @throws {RequestError}
 */
export function getJson(url, options = {}) {
  return ask(url, { headers: { Accept: "application/json" } }, options, json);
}

/**
 * @param {string} url
 * @param {unknown} [body]
 * @param {RequestOptions} [options]
 * @returns {Promise<any>} the JSON answered; null when there is none
 * @throws {RequestError}
 */
export function postJson(url, body = {}, options = {}) {
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "X-CSRFToken": csrfToken(),
  };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) }, options, json);
}

/**
 * Send a form of the page, which holds its own CSRF token; where the server then leads is ignored.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter the button that was pressed
 * @param {RequestOptions} [options]
 * @returns {Promise<void>}
 * @throws {RequestError}
 */
export function postForm(form, submitter, options = {}) {
  const init = {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new FormData(form, submitter),
  };
  return ask(form.action, init, { withinMs: FORM_WITHIN_MS, ...options }, null);
}

/**
 * @param {string} url
 * @param {RequestOptions} [options]
 * @returns {Promise<string>} the text answered
 * @throws {RequestError}
 */
export function getText(url, options = {}) {
  return ask(url, {}, options, (answer) => answer.text());
}

/**
 * @param {string} url
 * @param {string} type the media type wanted
 * @param {RequestOptions} [options]
 * @returns {Promise<Blob>}
 * @throws {RequestError}
 */
export function getFile(url, type, options = {}) {
  return ask(url, { headers: { Accept: type } }, options, (answer) => answer.blob());
}

/**
 * @template T
 * @param {string} url
 * @param {RequestInit} init
 * @param {RequestOptions} options
 * @param {((answer: Response) => Promise<T>) | null} read null: any good answer will do
 * @returns {Promise<any>}
 */
async function ask(url, init, options, read) {
  const { signal, withinMs = ANSWER_WITHIN_MS, keepalive = false, cache = "default" } = options;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  const deadline = setTimeout(() => ending.abort(), withinMs);
  signal?.addEventListener("abort", end, { once: true });
  try {
    const answer = await (options.fetch ?? globalThis.fetch)(url, {
      ...init,
      headers: { "X-Requested-With": "fetch", ...init.headers },
      credentials: "same-origin",
      keepalive,
      cache,
      signal: ending.signal,
    });
    if (!answer.ok) throw await refusal(answer);
    if (read && answer.redirected) throw new RequestError(REDIRECTED, { status: answer.status });
    return await read?.(answer);
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof RequestError ? cause : new RequestError(UNREACHABLE, { cause });
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", end);
  }
}

/** @param {Response} answer */
async function json(answer) {
  const text = await answer.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError(UNREADABLE, { status: answer.status, cause });
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  const said = await answer.json().catch(() => null);
  const { code = "error.unknown", message: sentence = "", advice = "" } = said?.error ?? {};
  const retryAfter = Number(answer.headers.get("Retry-After") ?? 0);
  return new RequestError(code, { status: answer.status, sentence, advice, retryAfter });
}

/** @returns {string} the token that proves that the request comes from one of our pages */
function csrfToken() {
  const meta = globalThis.document?.querySelector('meta[name="csrf-token"]');
  return meta?.getAttribute("content") ?? "";
}
