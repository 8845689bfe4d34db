// @ts-check
/** Sounds of ours, made on the spot: nothing to fetch, nothing to license. */

/** Notes in hertz: a C major chord, gentle and easy to hear even when high sounds are lost. */
const MELODY = [523.25, 659.25, 783.99, 659.25, 1046.5];
const RING = [659.25, 783.99];
const MESSAGE = [783.99];

/** One context for the page: browsers allow few, and a tap unlocks it for good. */
/** @type {AudioContext | null} */
let shared = null;

/** The page's audio, awake if the browser lets it; null where there is none. @returns {AudioContext | null} */
export function audio() {
  if (!("AudioContext" in window)) return null;
  try {
    shared ??= new AudioContext();
  } catch {
    // No sound device, or too many contexts.
    return null;
  }
  if (shared.state === "suspended") void shared.resume().catch(() => {});
  return shared;
}

/** Play the little tune of the sound check; resolves at its end. @returns {Promise<boolean>} whether it was played */
export function playMelody() {
  return play(MELODY, 0.34);
}

/** Ring once: the agent is there. */
export function playRing() {
  return play(RING, 0.28);
}

/** Say that a message came. */
export function playMessage() {
  return play(MESSAGE, 0.25);
}

/**
 * @param {number[]} notes hertz
 * @param {number} step seconds from one note to the next
 */
async function play(notes, step) {
  const context = audio();
  if (!context) return false;
  if (context.state !== "running") await Promise.race([context.resume(), pause(500)]).catch(() => {});
  if (context.state !== "running") return false;
  const start = context.currentTime + 0.05;
  notes.forEach((note, place) => strike(context, note, start + place * step));
  await pause((notes.length * step + 0.6) * 1000);
  return true;
}

/**
 * A soft bell: a sine and its octave, struck and left to fade.
 * @param {AudioContext} context
 * @param {number} note
 * @param {number} at
 */
function strike(context, note, at) {
  for (const [ratio, loudness] of [
    [1, 0.32],
    [2, 0.08],
  ]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = note * ratio;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(loudness, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.8);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.85);
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
