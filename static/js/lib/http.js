// @ts-check
/** Asking the server: JSON both ways, the CSRF token sent along, errors with their stable code. */

/** What the server refused, in words a person can read. */
export class RefusedError extends Error {
  /**
   * @param {string} code stable and dotted, `network.down` when nothing answered
   * @param {string} message
   * @param {{ status?: number, advice?: string, retryAfter?: number }} [details] seconds to wait
   */
  constructor(code, message, { status = 0, advice = "", retryAfter = 0 } = {}) {
    super(message);
    this.name = "RefusedError";
    this.code = code;
    this.status = status;
    this.advice = advice;
    this.retryAfter = retryAfter;
  }
}

/**
 * @param {string} url
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<any>} the JSON answered; null when there is none
 */
export function getJson(url, { signal } = {}) {
  return ask(url, { method: "GET", signal: signal ?? null });
}

/**
 * @param {string} url
 * @param {unknown} [body]
 * @param {{ signal?: AbortSignal, keepalive?: boolean }} [options] keepalive outlives the page
 * @returns {Promise<any>} the JSON answered; null when there is none
 */
export function postJson(url, body = {}, { signal, keepalive = false } = {}) {
  return ask(url, {
    method: "POST",
    body: JSON.stringify(body),
    signal: signal ?? null,
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
  });
}

/** @returns {string} the token that proves that the request comes from our own page */
export function csrfToken() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta?.getAttribute("content") ?? "";
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function ask(url, init) {
  const headers = { Accept: "application/json", "X-Requested-With": "fetch", ...init.headers };
  let response;
  try {
    response = await fetch(url, { ...init, headers, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      throw error;
    }
    throw new RefusedError("network.down", "");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const { code = "error.unknown", message = "", advice = "" } = answer?.error ?? {};
    const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
    throw new RefusedError(code, message, { status: response.status, advice, retryAfter });
  }
  return answer;
}
