// @ts-check
/** Entry of the home page: the code in threes, and the wait after too many tries. */
import { CodeInput } from "../components/code-input.js";
import { ErrorSummary } from "../components/error-summary.js";
import { boot } from "../lib/boot.js";
import { Countdown } from "../visit/countdown.js";

boot({ "code-input": CodeInput, "error-summary": ErrorSummary });

const wait = document.getElementById("wait");
const submit = document.getElementById("code-submit");
if (wait && submit instanceof HTMLButtonElement) {
  submit.setAttribute("aria-disabled", "true");
  const refuse = (/** @type {Event} */ event) => event.preventDefault();
  submit.form?.addEventListener("submit", refuse);
  new Countdown({
    seconds: Number(wait.dataset.seconds),
    words: wait.dataset.words ?? "",
    write: (words) => {
      wait.textContent = words;
    },
    over: () => {
      wait.textContent = wait.dataset.over ?? "";
      submit.removeAttribute("aria-disabled");
      submit.form?.removeEventListener("submit", refuse);
    },
  }).connect();
}
