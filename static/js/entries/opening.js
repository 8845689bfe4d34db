// @ts-check
/** Entry of the page for people who are early: sends their credentials again at the hour. */
import { Countdown } from "../visit/countdown.js";

const box = document.getElementById("opens");
const words = document.getElementById("opens-words");
const form = document.getElementById("opens-form");
if (box && words && form instanceof HTMLFormElement) {
  new Countdown({
    seconds: Number(box.dataset.seconds),
    words: words.dataset.words ?? "",
    write: (said) => {
      words.textContent = said;
    },
    over: () => {
      words.textContent = words.dataset.over ?? "";
      form.submit();
    },
  }).connect();
}
