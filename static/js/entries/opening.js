// @ts-check
/** Entry of the page of somebody who is early: opens the door by itself when the hour has come. */
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
