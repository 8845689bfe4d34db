/** The checks' scripts in browsers that cannot measure: what is not known is never a bad figure. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { NOT_MEASURED } from "../../static/js/lib/measured.js";
import { PictureProbe } from "../../static/js/readiness/picture.js";
import { VoiceProbe } from "../../static/js/readiness/voice.js";
import { VoiceStep } from "../../static/js/visit/steps/voice-step.js";

const PICTURE = {
  ...{ black_luma: 20, frozen_difference: 0.04, frame_width: 4, frame_height: 2, look_every_ms: 150 },
  ...{ looks_needed: 10, looks_kept: 20, first_report_ms: 2_200, first_frame_within_ms: 8_000 },
  ...{ report_every_ms: 3_500, figures: { fps: { least: 0, most: 480 } } },
};
const VOICE = {
  ...{ listen_every_ms: 50, listenings_kept: 400, heard_dbfs: -50, word_s: 0.4, silent_after_ms: 5_000 },
  ...{ bar_from_dbfs: -60, bar_to_dbfs: -12 },
  figures: { level_dbfs: { least: -200, most: 0 }, heard_s: { most: 600, good: 0.4 } },
};

/** What the canvas draws from: set by each test's camera. */
let scene = () => 128;

/** @param {{reads?: (drawn: Uint8ClampedArray) => Uint8ClampedArray}} [canvas] */
function page({ reads = (drawn) => drawn } = {}) {
  let drawn = new Uint8ClampedArray();
  const paint = (light) => {
    drawn = new Uint8ClampedArray(4 * 4 * 2).map((_, at) => light(Math.floor(at / 4) % 4));
  };
  let style = "";
  const context = {
    set fillStyle(value) {
      style = value;
    },
    fillRect: (_x, _y, width) =>
      paint(style === "black" ? () => 0 : (column) => (column < width ? 255 : 0)),
    drawImage: () => paint(() => scene()),
    getImageData: () => ({ data: reads(drawn) }),
  };
  globalThis.document = { hidden: false, createElement: () => ({ getContext: () => context }) };
}

/** A camera whose light changes with each frame, thirty a second. */
class MovingVideo {
  readyState = 4;
  /** @param {object} ways how this browser counts frames */
  constructor(ways) {
    Object.assign(this, ways);
    scene = () => 100 + (this.frames % 50);
  }

  get frames() {
    return Math.floor(performance.now() / 33);
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  let now = 0;
  performance.now = () => now;
  globalThis.passes = (ms) => {
    for (let passed = 0; passed < ms; passed += 50) {
      now += 50;
      mock.timers.tick(50);
    }
  };
  page();
});

function measured(video) {
  const probe = new PictureProbe(video, PICTURE);
  probe.connect();
  globalThis.passes(2_200);
  return probe;
}

test("a browser that counts no frames of a camera says that they are not measured, not frozen", () => {
  const video = new MovingVideo({ getVideoPlaybackQuality: () => ({ totalVideoFrames: 0 }) });

  const { fps, frozen_share } = measured(video).figures;

  assert.deepEqual([fps, frozen_share], [NOT_MEASURED, 0]);
});

test("frames are counted by callbacks where the total stays at nought", () => {
  const video = new MovingVideo({
    getVideoPlaybackQuality: () => ({ totalVideoFrames: 0 }),
    requestVideoFrameCallback: (shown) => setTimeout(shown, 50),
    cancelVideoFrameCallback: clearTimeout,
  });

  const { fps } = measured(video).figures;

  assert.ok(Math.abs(fps - 20) < 1.5, `${fps}`);
});

test("frames are counted by Firefox's own count before it had callbacks", () => {
  const video = new MovingVideo({ getVideoPlaybackQuality: () => ({ totalVideoFrames: 0 }) });
  Object.defineProperty(video, "mozPaintedFrames", { get: () => video.frames });

  const { fps } = measured(video).figures;

  assert.ok(Math.abs(fps - 30) < 1.5, `${fps}`);
});

test("a video out of sight, whose callbacks rest, is counted by its total", () => {
  const video = new MovingVideo({ requestVideoFrameCallback: () => 1, cancelVideoFrameCallback() {} });
  video.getVideoPlaybackQuality = () => ({ totalVideoFrames: video.frames });

  const { fps } = measured(video).figures;

  assert.ok(Math.abs(fps - 30) < 1.5, `${fps}`);
});

test("a camera that stands still is still frozen", () => {
  const video = new MovingVideo({ getVideoPlaybackQuality: () => ({ totalVideoFrames: 12 }) });
  scene = () => 90;

  const { fps, frozen_share } = measured(video).figures;

  assert.equal(fps, 0);
  assert.ok(frozen_share > 0.9);
});

for (const [browser, reads] of [
  ["answers a white picture", (drawn) => drawn.map(() => 255)],
  ["answers noise", (drawn) => drawn.map((_, at) => (at * 97) % 256)],
  ["throws", () => { throw new DOMException("", "SecurityError"); }],
]) {
  test(`where reading a canvas ${browser}, light and stillness are not measured`, () => {
    page({ reads });
    const video = new MovingVideo({});
    video.getVideoPlaybackQuality = () => ({ totalVideoFrames: video.frames });

    const { luma, black_share, frozen_share, fps } = measured(video).figures;

    assert.deepEqual([luma, black_share, frozen_share], [NOT_MEASURED, NOT_MEASURED, NOT_MEASURED]);
    assert.ok(fps > 25);
  });
}

test("a camera without a single frame is reported, after the time that slow cameras need", () => {
  const video = Object.assign(new MovingVideo({}), { readyState: 0 });
  const probe = measured(video);
  assert.equal(probe.hasNoImage, false);

  globalThis.passes(6_000);

  assert.equal(probe.hasNoImage, true);
});

// -- the voice ---------------------------------------------------------------------------------------

class FakeAudioContext {
  state = "running";
  async resume() {}
  createMediaStreamSource() {
    return { connect() {}, disconnect() {} };
  }
  createAnalyser() {
    return { fftSize: 0, getFloatTimeDomainData: (samples) => samples.fill(0) };
  }
}

/** One context for the page, as in lib/sounds.js: its class is chosen before the first use. */
const context = new FakeAudioContext();
globalThis.window = globalThis;
globalThis.AudioContext = function AudioContext() {
  return context;
};
globalThis.MediaStream = class {};

function listening() {
  let unmeasured = 0;
  const probe = new VoiceProbe({}, VOICE, () => {}, () => (unmeasured += 1));
  probe.connect();
  return { probe, unmeasured: () => unmeasured };
}

test("silence that was listened to is silence", () => {
  const { probe, unmeasured } = listening();

  globalThis.passes(6_000);

  assert.deepEqual(probe.figures, { level_dbfs: -200, heard_s: 0 });
  assert.equal(unmeasured(), 0);
});

test("a voice that was not listened to yet is not measured, not silent", () => {
  assert.deepEqual(listening().probe.figures, { level_dbfs: NOT_MEASURED, heard_s: NOT_MEASURED });
});

test("sound that the browser never starts is not silence", (t) => {
  context.state = "suspended";
  t.after(() => (context.state = "running"));
  const { probe, unmeasured } = listening();

  globalThis.passes(6_000);

  assert.deepEqual(probe.figures, { level_dbfs: NOT_MEASURED, heard_s: NOT_MEASURED });
  assert.equal(unmeasured(), 1);
});

test("a browser that throws when we listen is said in words, and the person can go on", async (t) => {
  t.mock.method(context, "createMediaStreamSource", () => {
    throw new DOMException("different sample-rate", "NotSupportedError");
  });
  const parts = { verdict: {}, sentence: {}, advice: {}, use: {}, heard: {} };
  for (const part of Object.values(parts)) Object.assign(part, { dataset: {}, textContent: "" });
  parts.verdict.querySelector = (selector) => parts[/"(\w+)"/.exec(selector)[1]];
  const stage = {
    dataset: {},
    querySelector: (selector) =>
      selector === "meter" ? {} : selector === "select" ? null : parts[/"(\w+)"/.exec(selector)?.[1]] ?? null,
  };
  const asked = [];
  const said = { level: "unknown", code: "voice.not_measured", sentence: "Pas mesuré.", advice: "Continuez." };
  const judge = { failure: async (...what) => (asked.push(what), { ...said, use: "video", use_sentence: "" }) };
  const track = { getSettings: () => ({}) };
  globalThis.requestAnimationFrame = () => 0;
  globalThis.cancelAnimationFrame = () => {};

  const streams = Object.assign(new EventTarget(), { regain: async () => track });
  const tools = { judge, streams, texts: String, checks: { voice: VOICE } };
  new VoiceStep(stage, tools).connect();
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));

  assert.deepEqual(asked, [["voice", "not_measured"]]);
  assert.equal(stage.dataset.phase, "unmeasured");
  assert.equal(parts.sentence.textContent, "Pas mesuré.");
});
