// @ts-check
/**
 * Return what an event of ours carries.
 *
 * @param {Event} event
 * @returns {any}
 */
export function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}

/** Somebody is about to press what these happen on. */
export const SIGNS_OF_A_PRESS = ["pointerenter", "focusin"];
