// @ts-check
/** Small moves on one step's screen: its phase, its parts, and how a check went. */

/** @typedef {{level: string, code: string, sentence: string, advice: string, use: string, use_sentence: string}} Verdict */

/**
 * Say which parts are shown: CSS hides every `[data-when]` that does not name the phase.
 * @param {HTMLElement} stage
 * @param {string} phase
 */
export function setPhase(stage, phase) {
  stage.dataset.phase = phase;
}

/**
 * @param {ParentNode} stage
 * @param {string} name
 * @returns {HTMLElement | null}
 */
export function part(stage, name) {
  return stage.querySelector(`[data-part="${name}"]`);
}

/**
 * @param {ParentNode} stage
 * @param {string} name
 * @param {string} words
 */
export function write(stage, name, words) {
  const element = part(stage, name);
  if (element && element.textContent !== words) element.textContent = words;
}

/**
 * Show how a check went, or hide it.
 * @param {ParentNode} stage
 * @param {Verdict | null} verdict
 */
export function showVerdict(stage, verdict) {
  const box = part(stage, "verdict");
  if (!box) return;
  box.hidden = verdict === null;
  if (!verdict) return;
  box.dataset.level = verdict.level;
  write(box, "sentence", verdict.sentence);
  write(box, "advice", verdict.level === "good" ? "" : verdict.advice);
  write(box, "use", verdict.level === "good" || verdict.use === "video" ? "" : verdict.use_sentence);
}

/**
 * The phase that fits a verdict.
 * @param {Verdict} verdict
 */
export function phaseOf(verdict) {
  if (verdict.level === "good") return "good";
  if (verdict.level === "unknown") return "unmeasured";
  return verdict.level === "fair" ? "fair" : "failed";
}
