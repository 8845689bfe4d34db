// @ts-check
/**
 * Entry of the path: puts its parts together and tells each of the others. What it imports here
 * is what every step needs at once; the rest comes when it is needed, or shortly before
 * (decision 0062). Modules named in `import()` are listed in kiosk/citizen/supplies.py too.
 */
import { announce } from "../lib/announce.js";
import { csrfToken } from "../lib/http.js";
import { readTexts } from "../lib/texts.js";
import { HelpPanel } from "../visit/help-panel.js";
import { Live } from "../visit/live.js";
import { Path } from "../visit/path.js";

/** Where somebody may be let in to the call. */
const INSIDE = new Set(["call", "end"]);
/** Where somebody waits to be told: the socket is opened at once. */
const WAITED_ON = new Set(["waiting_room", "call"]);
/** Shown the call, nobody needs the good-bye for so long, milliseconds; the picture comes first. */
const CALL_BEFORE_ALL_MS = 5000;
/** A page left alone for so long, milliseconds, fetches the rest of the path by itself. */
const REST_AFTER_MS = 6000;
/** The first of these says that somebody uses the page. */
const TOUCHES = ["pointerdown", "keydown", "focusin"];

const data = JSON.parse(document.getElementById("path-data")?.textContent ?? "{}");
const texts = readTexts();
const live = new Live({ ticket: data.ticket, state: data.state, eager: WAITED_ON.has(data.step) });

const holder = /** @type {HTMLElement} */ (document.getElementById("path-step"));
const next = () => path.next();
const go = (/** @type {string} */ id) => void path.go(id);
const enter = () => {
  // The call can begin before its page is there.
  if (live.state.presence === "admitted") offering().then((ahead) => ahead.enter(), () => {});
  go("call");
};
const tools = { texts, live, next, go, enter, uses: data.uses, checks: data.checks };

/** @type {import("../visit/judge.js").Judge | null} */
let judge = null;
const judging = once(async () => {
  const { Judge } = await import("../visit/judge.js");
  judge = new Judge(texts, data.checks, live.state.checks);
  return judge;
});
const streaming = once(async () => new (await import("../visit/streams.js")).Streams(data.checks));
const offering = once(async () => {
  const { LinkAhead } = await import("../call/link-ahead.js");
  return new LinkAhead({
    offerUrl: "/parcours/media/offre",
    answerUrl: "/parcours/media/reponse",
    csrfToken: csrfToken(),
  });
});
const checking = async () => ({ ...tools, judge: await judging() });
const filming = async () => {
  const [judge, streams] = await Promise.all([judging(), streaming()]);
  return { ...tools, judge, streams };
};

const rest = once(async () => {
  if (!navigator.onLine) {
    cutOff(true);
    await new Promise((online) => window.addEventListener("online", online, { once: true }));
    cutOff(false);
  }
  const { Rest } = await import("../visit/rest.js");
  return new Rest(cutOff);
});

/** @type {Record<string, import("../visit/path.js").MakeBehaviour>} */
const makers = {
  device: async (stage) => {
    const [{ DeviceStep }, tools] = await Promise.all([import("../visit/steps/device-step.js"), checking()]);
    return new DeviceStep(stage, tools);
  },
  camera: (stage) => permission(stage, "camera"),
  microphone: (stage) => permission(stage, "microphone"),
  picture: async (stage) => {
    const [{ PictureStep }, tools] = await Promise.all([import("../visit/steps/picture-step.js"), filming()]);
    return new PictureStep(stage, tools);
  },
  voice: async (stage) => {
    const [{ VoiceStep }, tools] = await Promise.all([import("../visit/steps/voice-step.js"), filming()]);
    return new VoiceStep(stage, tools);
  },
  sound: async (stage) => {
    const [{ SoundStep }, tools] = await Promise.all([import("../visit/steps/sound-step.js"), checking()]);
    return new SoundStep(stage, tools);
  },
  network: async (stage) => {
    const [{ NetworkStep }, tools] = await Promise.all([import("../visit/steps/network-step.js"), filming()]);
    return new NetworkStep(stage, tools);
  },
  name: async (stage) => new (await import("../visit/steps/name-step.js")).NameStep(stage, tools),
  waiting_room: async (stage) => new (await import("../visit/steps/waiting-step.js")).WaitingStep(stage, tools),
  call: async (stage) => {
    const [{ CallStep }, tools, ahead] = await Promise.all([
      import("../visit/steps/call-step.js"),
      filming(),
      offering(),
    ]);
    return new CallStep(stage, { ...tools, ahead });
  },
  end: async () => {
    const [{ EndStep }, streams] = await Promise.all([import("../visit/steps/end-step.js"), streaming()]);
    return new EndStep({ ...tools, streams });
  },
};

/**
 * @param {HTMLElement} stage
 * @param {import("../visit/streams.js").Kind} kind
 */
async function permission(stage, kind) {
  const [{ PermissionStep }, tools] = await Promise.all([import("../visit/steps/permission-step.js"), filming()]);
  return new PermissionStep(stage, kind, tools);
}

const path = new Path({
  holder,
  steps: data.steps,
  current: data.step,
  texts,
  makers: Object.fromEntries(Object.entries(makers).map(([id, make]) => [id, supplied(make)])),
  fetchStage: async (id) => (await rest()).stage(id),
});

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

const help = new HelpPanel(/** @type {HTMLElement} */ (document.getElementById("help")), {
  live,
  texts,
  reason: () => judge?.lastFailure ?? `step.${path.step.id}`,
});

const readButton = /** @type {HTMLElement} */ (document.getElementById("read-aloud"));
/** @type {import("../visit/read-aloud.js").ReadAloud | null} */
let reader = null;
const reading = once(async () => {
  const { readable, ReadAloud } = await import("../visit/read-aloud.js");
  reader = new ReadAloud(readButton, { texts, words: () => readable(holder) });
  return reader;
});

/** @type {import("../visit/enter-now.js").EnterNow | null} */
let door = null;
const doorway = once(async () => {
  const { EnterNow } = await import("../visit/enter-now.js");
  door = new EnterNow({
    dialog: /** @type {HTMLDialogElement} */ (document.getElementById("enter-now")),
    later: /** @type {HTMLElement} */ (document.getElementById("enter-later")),
    texts,
    hasten,
    enter,
  });
  door.connect();
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let patience;
let atHand = false;

/** Fetch the rest of the path, the next step first of all; once for each step shown. */
async function prepareNext() {
  atHand = true;
  const following = path.step.next;
  if (following) await (await rest()).prepare(following);
  // Parsed as well: nobody should wait at the door.
  if (following === "call") await import("../visit/steps/call-step.js");
}

function used() {
  for (const touch of TOUCHES) document.removeEventListener(touch, used, true);
  live.hurry();
  if (!atHand) prepareNext().catch(() => {});
  reading().catch(() => {});
}

function stepShown() {
  reader?.stop();
  judge?.forgetFailure();
  help.unnudge();
  clearTimeout(patience);
  const { id, limit } = path.step;
  if (limit) patience = setTimeout(() => help.nudge(), limit * 1000);
  const place = document.getElementById("path");
  // The sheets go by the first, which the server writes too; the other says that the step is alive.
  place?.setAttribute("data-shown", id);
  place?.setAttribute("data-at", id);
  if (WAITED_ON.has(id)) live.hurry();
  if (id === "call") setTimeout(() => prepareNext().catch(() => {}), CALL_BEFORE_ALL_MS);
  else if (atHand || WAITED_ON.has(id)) prepareNext().catch(() => {});
  offerToEnter();
}

function offerToEnter() {
  const { presence, room_state } = live.state;
  const admitted = presence === "admitted" || presence === "in_call";
  if (INSIDE.has(path.step.id) || !admitted) door?.withdraw();
  else if (door) door.offer();
  // Asked again once it is there: they may have come in, or been sent away, meanwhile.
  else doorway().then(offerToEnter, () => setTimeout(offerToEnter, 2000));
  // The page of a closed room is the server's: it has the words and the telephone.
  if (room_state !== "open" && !admitted && path.step.id !== "end") location.reload();
}

function hasten() {
  path.prepare("call");
  // Who is in the call on another page of theirs would be taken out of it there.
  if (live.state.presence === "admitted") offering().then((ahead) => ahead.ask(), () => {});
}

/** @param {boolean} isCutOff */
function cutOff(isCutOff) {
  help.trouble(isCutOff ? texts("offline") : "");
}

path.addEventListener("step", stepShown);
path.addEventListener("passed", () => {
  const { check } = path.step;
  if (check) judging().then((judge) => judge.skipped(check), () => {});
});
live.addEventListener("state", offerToEnter);
live.addEventListener("trouble", (event) => {
  const { code } = /** @type {CustomEvent} */ (event).detail;
  help.trouble(texts(code === "realtime.offline" ? "offline" : "lost_place"));
});
live.addEventListener("recovered", () => {
  help.trouble("");
  announce(texts("online"));
});
readButton.hidden = !("speechSynthesis" in window);
readButton.addEventListener("click", () => reading().then((reader) => reader.toggle(), () => {}));
for (const touch of TOUCHES) document.addEventListener(touch, used, true);
setTimeout(() => atHand || prepareNext().catch(() => {}), REST_AFTER_MS);

help.connect();
path.connect();
live.connect();

/**
 * What `make` gives, made once; tried again after a failure.
 * @template T
 * @param {() => Promise<T>} make
 * @returns {() => Promise<T>}
 */
function once(make) {
  /** @type {Promise<T> | null} */
  let made = null;
  return () => {
    made ??= make().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}
