// @ts-check
/**
 * The state of a call. `waiting`: connected and alone. `ended`: a person or the server ended it.
 * `failed`: it could not be made.
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
