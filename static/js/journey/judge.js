// @ts-check
/** Sends what was measured to the server, which judges (decision 0060), and remembers the verdicts. */
import { postJson } from "../lib/http.js";

/** @typedef {import("./stage.js").Verdict} Verdict */
/** @typedef {(name: string, values?: Record<string, string | number>) => string} Texts */

export class Judge {
  #texts;
  /** @type {Map<string, string>} the last code of each check */
  #codes = new Map();
  /** @type {string | null} */
  #lastFailure = null;

  /**
   * @param {Texts} texts
   * @param {Record<string, {level: string, code: string}>} checks what is known already
   */
  constructor(texts, checks) {
    this.#texts = texts;
    for (const [check, { code }] of Object.entries(checks)) this.#codes.set(check, code);
  }

  /**
   * @param {string} check
   * @param {object} figures
   */
  figures(check, figures) {
    return this.#ask(check, { check, figures });
  }

  /**
   * @param {string} check
   * @param {string} error one word of readiness/checks.py
   */
  failure(check, error) {
    return this.#ask(check, { check, error });
  }

  /**
   * Passed over; what was found before stays.
   * @param {string} check
   */
  async skipped(check) {
    if (!this.#codes.has(check)) await this.#ask(check, { check, error: "skipped" });
  }

  /** @param {string} check */
  knows(check) {
    return this.#codes.get(check) ?? null;
  }

  /** The last thing that went wrong, for "Je suis bloqué". */
  get lastFailure() {
    return this.#lastFailure;
  }

  forgetFailure() {
    this.#lastFailure = null;
  }

  /**
   * @param {string} check
   * @param {object} body
   * @returns {Promise<Verdict>}
   */
  async #ask(check, body) {
    let verdict;
    try {
      verdict = /** @type {Verdict} */ (await postJson("/parcours/verification", body));
    } catch {
      // The path never waits for the network: without an answer one goes on.
      verdict = this.#unjudged(check, "error" in body ? String(body.error) : "");
    }
    this.#codes.set(check, verdict.code);
    this.#lastFailure = ["good", "fair", "skipped"].includes(verdict.level) ? null : verdict.code;
    return verdict;
  }

  /**
   * @param {string} check
   * @param {string} error
   * @returns {Verdict}
   */
  #unjudged(check, error) {
    return {
      level: error ? "bad" : "fair",
      code: `${check}.${error || "unjudged"}`,
      sentence: this.#texts("unjudged"),
      advice: this.#texts("unjudged_advice"),
      use: "video",
      use_sentence: "",
    };
  }
}
