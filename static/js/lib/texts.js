// @ts-check
/** Sentences that the server translated for this page, from its JSON block. */

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
