// @ts-check
/**
 * Entry of the pages of one-time links: copies the secret from the address into the form. The
 * address keeps it until the form is sent, so that reloading still works (as decision 0302).
 */
import { CopyField } from "../components/copy-field.js";
import { ErrorSummary } from "../components/error-summary.js";
import { boot } from "../lib/boot.js";

/** 22 URL-safe signs (kiosk/houses/account_links.py). */
const SECRET = /^#[\w-]{22}$/;

const field = document.getElementById("token");
const part = document.getElementById("token-part");

function receive() {
  if (!(field instanceof HTMLInputElement) || !part || !SECRET.test(location.hash)) return;
  field.value = location.hash;
  part.hidden = field.getAttribute("aria-invalid") !== "true";
}

field?.closest("form")?.addEventListener("submit", () => {
  // Neither the history nor somebody looking at the screen keeps it from here on.
  history.replaceState(null, "", location.pathname + location.search);
});

receive();
// The same page may be given another link without being loaded again.
addEventListener("hashchange", receive);
boot({ "copy-field": CopyField, "error-summary": ErrorSummary });
