// @ts-check
/**
 * Entry of the link page: copies the secret from the address into the form. The address keeps it
 * until the button is pressed, so that reloading, or another browser, still works (decision 0302).
 */

/** 22 URL-safe signs (kiosk/calls/links.py); the server takes away what programs put around them. */
const SECRET = /[\w-]{22}/;

const field = document.getElementById("link-token");
const form = document.getElementById("link-form");
const missing = document.getElementById("link-missing");

/** @param {boolean} [anew] forget the secret that was found before */
function receive(anew = false) {
  if (!(field instanceof HTMLInputElement) || !form || !missing) return;
  if (SECRET.test(location.hash)) field.value = location.hash;
  // Else the address may have changed for another reason, as when somebody skips to the content.
  else if (anew) field.value = "";
  const found = field.value !== "";
  form.hidden = !found;
  missing.hidden = found;
  if (found) form.querySelector("button")?.focus();
}

form?.addEventListener("submit", () => {
  // Neither the history nor somebody looking at the screen keeps it from here on.
  history.replaceState(null, "", location.pathname + location.search);
});

receive(true);
// The same page may be given another link without being loaded again.
addEventListener("hashchange", () => receive());
// And it may come back from the browser's cache after the visit: without the secret.
addEventListener("pageshow", (event) => {
  if (event.persisted) receive(true);
});
