// @ts-check
/**
 * Entry of the visit's page: puts its parts together and passes on what one needs of another. What
 * it imports is what every step needs at once; the rest is loaded when it is needed, or shortly
 * before (decision 0062).
 */
import { announce, readTexts } from "../lib/texts.js";
import { Behaviours, once } from "../visit/behaviours.js";
import { HelpPanel } from "../visit/help-panel.js";
import { Live } from "../visit/live.js";
import { Path } from "../visit/path.js";

/** Steps on which entering is not offered: the person is in the call, or has left it. */
const INSIDE = new Set(["call", "end"]);
/** Steps on which the agent's answer is awaited: the socket is opened at once. */
const WAITED_ON = new Set(["waiting_room", "call"]);
/** How long the page of the call loads nothing else, milliseconds: the picture comes first. */
const CALL_BEFORE_ALL_MS = 5000;
/** After so long without a touch, milliseconds, the page fetches the other steps by itself. */
const REST_AFTER_MS = 6000;
const ENTER_NOW_AGAIN_MS = 2000;
/** The first of these says that somebody uses the page. */
const TOUCHES = ["pointerdown", "keydown", "focusin"];

const data = JSON.parse(document.getElementById("path-data")?.textContent ?? "{}");
const texts = readTexts();
const holder = element("path-step");

/** @type {import("../visit/live.js").Addresses} */
const addresses = data.addresses;
const { ticket, state } = data;
const live = new Live({ ticket, state, addresses, eager: WAITED_ON.has(data.step) });
const behaviours = new Behaviours({
  texts,
  live,
  next: () => path.next(),
  go: (id) => void path.go(id),
  enter,
  uses: data.uses,
  checks: data.checks,
  addresses,
});
const path = new Path({
  holder,
  steps: data.steps,
  current: data.step,
  texts,
  makers: Object.fromEntries(Object.entries(behaviours.makers).map(([id, make]) => [id, supplied(make)])),
  fetchStage: async (id) => (await rest()).stage(id),
  reachedUrl: addresses.step,
});
const help = new HelpPanel(element("help"), {
  live,
  texts,
  addresses,
  reason: () => behaviours.judgeSoFar?.lastFailure ?? `step.${path.step.id}`,
});

// What the page leaves out, fetched and kept.
const rest = once(async () => {
  if (!navigator.onLine) {
    cutOff(true);
    await new Promise((online) => window.addEventListener("online", online, { once: true }));
    cutOff(false);
  }
  const { Rest } = await import("../visit/rest.js");
  return new Rest(addresses.steps, cutOff);
});

const readButton = element("read-aloud");
/** @type {import("../visit/read-aloud.js").ReadAloud | null} */
let reader = null;
const reading = once(async () => {
  const { readable, ReadAloud } = await import("../visit/read-aloud.js");
  reader = new ReadAloud(readButton, { texts, words: () => readable(holder) });
  return reader;
});

/** @type {import("../visit/enter-now.js").EnterNow | null} */
let enterNow = null;
const invitation = once(async () => {
  const { EnterNow } = await import("../visit/enter-now.js");
  enterNow = new EnterNow({
    dialog: /** @type {HTMLDialogElement} */ (element("enter-now")),
    later: element("enter-later"),
    texts,
    hasten,
    enter,
  });
  enterNow.connect();
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let patience;
let isRestWanted = false;
/** Another page is being loaded: this one must not take its place. */
let isLeaving = false;

/**
 * The page announces the scripts of the step it shows; those of others are fetched first.
 * @param {import("../visit/path.js").MakeBehaviour} make
 * @returns {import("../visit/path.js").MakeBehaviour}
 */
function supplied(make) {
  return async (stage, step) => {
    if (step.id !== data.step) await (await rest()).supply(step.id);
    return make(stage, step);
  };
}

/** Fetch the other steps, the next one first; once for each step shown. */
async function prepareNext() {
  isRestWanted = true;
  const following = path.step.next;
  if (following) await (await rest()).prepare(following);
  // Parsed as well, so that the call begins at once.
  if (following === "call") await import("../visit/steps/call-step.js");
}

function used() {
  for (const touch of TOUCHES) document.removeEventListener(touch, used, true);
  live.hurry();
  if (!isRestWanted) prepareNext().catch(() => {});
  reading().catch(() => {});
}

function stepShown() {
  reader?.stop();
  behaviours.judgeSoFar?.forgetFailure();
  help.unnudge();
  clearTimeout(patience);
  const { id, limit } = path.step;
  if (limit) patience = setTimeout(() => help.nudge(), limit * 1000);
  const place = document.getElementById("path");
  // Sheets use data-shown, which the server writes too; data-at says that the scripts show the step.
  place?.setAttribute("data-shown", id);
  place?.setAttribute("data-at", id);
  if (WAITED_ON.has(id)) live.hurry();
  if (id === "call") setTimeout(() => prepareNext().catch(() => {}), CALL_BEFORE_ALL_MS);
  else if (isRestWanted || WAITED_ON.has(id)) prepareNext().catch(() => {});
  offerToEnter();
}

function offerToEnter() {
  const { presence, room_state } = live.state;
  const isAdmitted = presence === "admitted" || presence === "in_call";
  if (INSIDE.has(path.step.id) || !isAdmitted) enterNow?.withdraw();
  else if (enterNow) enterNow.offer();
  // Asked again once it is there: they may have come in, or been sent away, meanwhile.
  else invitation().then(offerToEnter, () => setTimeout(offerToEnter, ENTER_NOW_AGAIN_MS));
  // The page of a closed room is the server's: it has the words and the telephone.
  if (room_state !== "open" && !isAdmitted && path.step.id !== "end") location.reload();
}

/** Somebody is about to enter: have the step and the connection ready. */
function hasten() {
  path.prepare("call");
  // A person who is in the call on another page of theirs would be taken out of it there.
  if (live.state.presence === "admitted") behaviours.prejoin().then((prejoin) => prejoin.ask(), () => {});
}

function enter() {
  // The call can begin before its page is there.
  if (live.state.presence === "admitted") behaviours.prejoin().then((prejoin) => prejoin.enter(), () => {});
  void path.go("call");
}

/** @param {boolean} isCutOff */
function cutOff(isCutOff) {
  help.trouble(isCutOff ? texts("offline") : "");
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

path.addEventListener("step", stepShown);
path.addEventListener("passed", () => {
  const { checks } = path.step;
  if (!checks.length) return;
  behaviours.judge().then((judge) => checks.map((check) => judge.skipped(check)), () => {});
});
live.addEventListener("state", offerToEnter);
window.addEventListener("beforeunload", () => {
  isLeaving = true;
});
live.addEventListener("trouble", (event) => {
  const { code } = /** @type {CustomEvent} */ (event).detail;
  // The place is lost, or the room is over: the server's page says which, and what can be done.
  if (code !== "realtime.offline" && !isLeaving) location.reload();
  else if (code === "realtime.offline") help.trouble(texts("offline"));
});
live.addEventListener("recovered", () => {
  help.trouble("");
  announce(texts("online"));
});
readButton.hidden = !("speechSynthesis" in window);
readButton.addEventListener("click", () => reading().then((reader) => reader.toggle(), () => {}));
for (const touch of TOUCHES) document.addEventListener(touch, used, true);
setTimeout(() => isRestWanted || prepareNext().catch(() => {}), REST_AFTER_MS);

help.connect();
path.connect();
live.connect();
