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
