// @ts-check
/** The sound check (kiosk/readiness/checks/sound.py): plays a tune; the person says what they hear. */
import { playMelody } from "../lib/sounds.js";

/**
 * Play the tune.
 * @returns {Promise<"unsupported" | null>} the failure, when this browser could not play it
 */
export async function playTune() {
  return (await playMelody()) ? null : "unsupported";
}
