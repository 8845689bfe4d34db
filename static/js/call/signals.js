// @ts-check
/**
 * What a page and the server send each other about a call: commands over HTTP, then the control
 * channel. One typedef a message kind; docs/signaling.md says who sends which, when.
 */

/** The control channel, agreed beforehand: both sides open it without asking. */
export const CONTROL = { label: "control", negotiated: true, id: 0 };

/** The m-line of a shared screen, ours or another's. */
export const SCREEN_MID = "screen";

/** A command that is not answered by then is given up, milliseconds. */
export const COMMAND_WITHIN_MS = 8_000;

/** A command was refused, or nobody answered; `status` is 0 when there was no answer at all. */
export class CommandError extends Error {
  /**
   * @param {string} code
   * @param {number} status
   */
  constructor(code, status) {
    super(code);
    this.name = "CommandError";
    this.code = code;
    this.status = status;
  }

  /** Whether the media plane was asked and said no; else nobody could be asked. */
  get isAnswer() {
    return this.status >= 400 && this.status < 500;
  }

  /** Whether asking again would get the same answer. */
  get isFinal() {
    if (this.code === "media.unknown_peer") return false;
    return this.status >= 400 && this.status < 500 && ![408, 425, 429].includes(this.status);
  }
}

/**
 * Send a command and return its JSON answer (`null` when it has no body).
 *
 * @param {string} url
 * @param {object} body
 * @param {object} options
 * @param {string} options.csrfToken
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {boolean} [options.keepalive] the page may be closed before the answer comes
 * @returns {Promise<any>}
 * @throws {CommandError}
 */
export async function command(url, body, { csrfToken, fetch = globalThis.fetch, keepalive }) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrfToken,
      },
      body: JSON.stringify(body),
      keepalive: keepalive ?? false,
      signal: AbortSignal.timeout(COMMAND_WITHIN_MS),
    });
  } catch {
    throw new CommandError("network.unreachable", 0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new CommandError(answer?.error?.code ?? "error.unknown", response.status);
  return answer;
}
