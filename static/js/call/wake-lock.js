// @ts-check
/** Keeps the screen lit during a call, where the browser can; it forgets at each change of tab. */
export class WakeLock {
  /** @type {WakeLockSentinel | null} */ #lock = null;
  #wanted = false;

  connect() {
    this.#wanted = true;
    document.addEventListener("visibilitychange", this.#renew);
    this.#renew();
  }

  disconnect() {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#renew);
    this.#lock?.release().catch(() => {});
    this.#lock = null;
  }

  #renew = async () => {
    if (!this.#wanted || document.visibilityState !== "visible") return;
    if (!navigator.wakeLock || (this.#lock && !this.#lock.released)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (this.#wanted) this.#lock = lock;
      else await lock.release();
    } catch {
      // Refused when the battery is low: the call goes on without it.
    }
  };
}
