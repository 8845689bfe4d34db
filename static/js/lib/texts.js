// @ts-check
/** Sentences that the server translated for this page: read from its JSON block, and said aloud. */

/**
 * Read the block made by the template's `texts(…)`.
 * @param {string} [id]
 * @returns {(name: string, values?: Record<string, string | number>) => string} gives a sentence,
 *   its `{placeholders}` filled; a name that the page forgot is an error, not a blank
 */
export function readTexts(id = "texts") {
  /** @type {Record<string, string>} */
  const sentences = JSON.parse(document.getElementById(id)?.textContent ?? "{}");
  return (name, values = {}) => {
    const sentence = sentences[name];
    if (sentence === undefined) {
      throw new RangeError(`no sentence named ${name} in #${id}`);
    }
    return sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
  };
}

/** Milliseconds before the words are put in: a region emptied and filled at once stays silent. */
const PAUSE_MS = 60;

/**
 * Say something to people who use a screen reader, without moving the focus.
 * @param {string} words
 * @param {string} [regionId] a live_region() of the page
 */
export function announce(words, regionId = "announcements") {
  const region = document.getElementById(regionId);
  if (!region) {
    return;
  }
  region.textContent = "";
  setTimeout(() => {
    region.textContent = words;
  }, PAUSE_MS);
}
