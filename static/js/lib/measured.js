// @ts-check
/**
 * What a figure is that this browser cannot measure: never a number, and never a bad sign (decision
 * 0290). The server knows the word (kiosk/readiness/vocabulary.py).
 */
export const NOT_MEASURED = "not_measured";

/** @typedef {number | typeof NOT_MEASURED} Measured */

/**
 * For figures that are never below zero: some browsers write -1 for what they do not know.
 *
 * @param {number | null | undefined} value
 * @returns {Measured}
 */
export function measured(value) {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : NOT_MEASURED;
}
