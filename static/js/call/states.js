// @ts-check
/**
 * Where a call stands. `waiting` is being connected and alone; `ended` was wished by somebody,
 * `failed` by nobody.
 * @typedef {"idle" | "joining" | "waiting" | "connected" | "reconnecting" | "ended" | "failed"} State
 */

/** @type {Record<State, State[]>} */
const MOVES = {
  idle: ["joining", "ended"],
  joining: ["waiting", "connected", "ended", "failed"],
  waiting: ["connected", "reconnecting", "ended"],
  connected: ["waiting", "reconnecting", "ended"],
  reconnecting: ["waiting", "connected", "ended", "failed"],
  ended: [],
  failed: ["joining", "ended"],
};

/**
 * Throw when a call cannot go from one state to the other.
 *
 * @param {State} before
 * @param {State} after
 */
export function checkMove(before, after) {
  if (!MOVES[before].includes(after)) throw new Error(`a call cannot go ${before} -> ${after}`);
}
