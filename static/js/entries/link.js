// @ts-check
/** Entry of the link page: moves the secret from the address into the form, and out of sight. */

const SECRET = /^#([\w-]{16,64})$/;

function receive() {
  const secret = SECRET.exec(location.hash)?.[1];
  const field = document.getElementById("link-token");
  const form = document.getElementById("link-form");
  if (!secret || !(field instanceof HTMLInputElement) || !form) return;
  field.value = secret;
  form.hidden = false;
  document.getElementById("link-missing")?.setAttribute("hidden", "");
  // Neither the history nor somebody looking at the screen keeps it.
  history.replaceState(null, "", location.pathname + location.search);
  form.querySelector("button")?.focus();
}

receive();
// The same page may be given another link without being loaded again.
window.addEventListener("hashchange", receive);
