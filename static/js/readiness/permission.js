// @ts-check
/**
 * The camera and the microphone check (kiosk/readiness/permission.py): why a device could not be
 * had, and a watch that notices when it may be had again without a reload.
 */
import { DeviceError } from "../lib/devices.js";

/** @typedef {"camera" | "microphone"} Kind */

/** The checks' names for the codes of lib/devices.js that differ. */
const FAILURES = /** @type {Record<string, string>} */ ({
  missing: "not_found",
  failed: "aborted",
});

/** Refusals that only trying again can show as mended; asking raises no question by then. */
const TRY_AGAIN = new Set(["blocked_by_system", "in_use"]);

/** A device could not be had; `what` is the name of a failure of the check. */
export class Refused extends Error {
  /** @param {string} what */
  constructor(what) {
    super(what);
    this.name = "Refused";
    this.what = what;
  }
}

/** Looks at a permission from time to time. It asks the browser for no device itself. */
export class PermissionWatch {
  #kind;
  #what;
  #lookEveryMs;
  #worthAsking;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {PermissionState | null} */
  #before = null;

  /**
   * @param {object} options
   * @param {Kind} options.kind
   * @param {string} options.what why it could not be had, as in readiness/permission.py
   * @param {number} options.lookEveryMs
   * @param {() => void} options.worthAsking
   */
  constructor({ kind, what, lookEveryMs, worthAsking }) {
    this.#kind = kind;
    this.#what = what;
    this.#lookEveryMs = lookEveryMs;
    this.#worthAsking = worthAsking;
  }

  connect() {
    this.#timer = setInterval(() => void this.#look(), this.#lookEveryMs);
    navigator.mediaDevices?.addEventListener?.("devicechange", this.#plugged);
    void this.#look();
  }

  disconnect() {
    clearInterval(this.#timer);
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.#plugged);
  }

  #plugged = () => {
    if (this.#what === "not_found" || this.#what === "aborted") this.#worthAsking();
  };

  async #look() {
    if (document.hidden) return;
    if (TRY_AGAIN.has(this.#what)) {
      if (this.#before !== null) this.#worthAsking();
      this.#before = "denied";
      return;
    }
    const state = await permissionOf(this.#kind);
    const mended = state !== null && state !== this.#before && this.#before !== null;
    // A change from "denied" to anything is the person following the instructions.
    if (state === "granted" || (mended && state === "prompt")) this.#worthAsking();
    this.#before = state;
  }
}

/**
 * The permission the browser keeps for a device; null where it does not say (older Safari).
 * @param {Kind} kind
 * @returns {Promise<PermissionState | null>}
 */
export async function permissionOf(kind) {
  try {
    const name = /** @type {PermissionName} */ (kind);
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return null;
  }
}

/**
 * The name of the failure for an error of lib/devices.js.
 * @param {Kind} kind
 * @param {unknown} error
 */
export async function failureOf(kind, error) {
  const code = error instanceof DeviceError ? error.code : `${kind}.failed`;
  if (code === "media.insecure") return window.isSecureContext ? "unsupported" : "insecure";
  const cause = error instanceof DeviceError ? error.cause : null;
  if (cause instanceof Error && cause.name === "OverconstrainedError") return "unsuitable";
  const what = code.slice(kind.length + 1);
  // Closed without an answer, the browser may be asked again; refused, it answers by itself.
  if (what === "denied" && (await permissionOf(kind)) === "prompt") return "dismissed";
  return FAILURES[what] ?? what;
}
