// @ts-check
/** @typedef {import("./others.js").MediaState} MediaState */

/** What people switch, by the names of the buttons, and what it is called between them. */
export const SWITCHES = /** @type {const} */ ([
  ["microphone", "audio"],
  ["camera", "video"],
  ["hand", "hand"],
]);

/**
 * Say which switches differ, as names of texts: `camera_off`, `hand_on`.
 *
 * @param {MediaState} before
 * @param {MediaState} now
 * @returns {string[]}
 */
export function changes(before, now) {
  return SWITCHES.filter(([, kind]) => before[kind] !== now[kind]).map(
    ([name, kind]) => `${name}_${now[kind] ? "on" : "off"}`,
  );
}
