// @ts-check
/**
 * Notices by itself when a refused or missing device may be had again, so that nobody has to
 * reload. It never asks anything itself: it says that asking is worth it.
 */

/** Refusals that only trying again can show as mended; asking raises no question by then. */
const TRY_AGAIN = new Set(["blocked_by_system", "in_use"]);

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
   * @param {"camera" | "microphone"} options.kind
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
 * What the browser has been told about a device; null where it does not say (older Safari).
 * @param {"camera" | "microphone"} kind
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
