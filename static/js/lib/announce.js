// @ts-check
/** Says something aloud to people who use a screen reader, without moving anything. */

/** Milliseconds before the words are put in: a region emptied and filled at once stays silent. */
const PAUSE = 60;

/**
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
  }, PAUSE);
}
