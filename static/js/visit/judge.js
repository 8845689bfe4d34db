// @ts-check
/** Sends what was measured to the server, which judges (decision 0060), and remembers the verdicts. */
import { postJson } from "../lib/http.js";
import { NOT_MEASURED } from "../lib/measured.js";

/** @typedef {import("./stage.js").Verdict} Verdict */
/**
 * What each check measures with: the server's, from kiosk/readiness.
 * @typedef {{uses: Record<string, "audio" | "phone">}} Common
 * @typedef {Common & {answer_within_ms: number, look_every_ms: number}} PermissionRules
 * @typedef {object} Checks
 * @property {Common & {oldest: Record<string, number>}} device
 * @property {PermissionRules} camera
 * @property {PermissionRules} microphone
 * @property {Common & import("../readiness/picture.js").PictureRules} picture
 * @property {Common & import("../readiness/voice.js").VoiceRules} voice
 * @property {Common} sound
 * @property {Common & import("../readiness/network.js").NetworkRules} network
 */
/** @typedef {(name: string, values?: Record<string, string | number>) => string} Texts */

/** Levels of a check that does not fail. */
const GOES_ON = new Set(["good", "fair", "skipped", "unknown"]);

export class Judge {
  #texts;
  #checks;
  #url;
  /** @type {Map<string, string>} the last code of each check */
  #codes = new Map();
  /** @type {Map<string, string>} the codes of checks that fail now, the latest last */
  #failures = new Map();

  /**
   * @param {Texts} texts
   * @param {Checks} checks
   * @param {Record<string, {level: string, code: string}>} known what was found before
   * @param {string} url judges a check
   */
  constructor(texts, checks, known, url) {
    this.#texts = texts;
    this.#checks = checks;
    this.#url = url;
    for (const [check, { code }] of Object.entries(known)) this.#codes.set(check, code);
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
   * @param {string} error the name of one of its failures
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

  /**
   * The most that can be used after a check; everything, as long as nothing else is known.
   * @param {keyof Checks} check
   * @returns {"video" | "audio" | "phone"}
   */
  useAfter(check) {
    const what = this.#codes.get(check)?.split(".")[1] ?? "";
    return this.#checks[check].uses[what] ?? "video";
  }

  /** The last thing that went wrong, for "Je suis bloqué". */
  get lastFailure() {
    return [...this.#failures.values()].at(-1) ?? null;
  }

  forgetFailure() {
    this.#failures.clear();
  }

  /**
   * @param {string} check
   * @param {object} body
   * @returns {Promise<Verdict>}
   */
  async #ask(check, body) {
    let verdict;
    try {
      verdict = /** @type {Verdict} */ (await postJson(this.#url, body));
    } catch {
      // The path never waits for the network: without an answer one goes on.
      verdict = this.#unjudged(check, "error" in body ? String(body.error) : "");
    }
    this.#codes.set(check, verdict.code);
    this.#failures.delete(check);
    if (!GOES_ON.has(verdict.level)) this.#failures.set(check, verdict.code);
    return verdict;
  }

  /**
   * @param {string} check
   * @param {string} error
   * @returns {Verdict}
   */
  #unjudged(check, error) {
    return {
      level: error === NOT_MEASURED ? "unknown" : error ? "bad" : "fair",
      code: `${check}.${error || "unjudged"}`,
      sentence: this.#texts("unjudged"),
      advice: this.#texts("unjudged_advice"),
      use: "video",
      use_sentence: "",
    };
  }
}
