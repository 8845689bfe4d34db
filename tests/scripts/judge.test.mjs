/** The judge of the path's checks: what it remembers of several checks of one step. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Judge } from "../../static/js/visit/judge.js";

/** What the server answers, by check. @type {Record<string, {level: string, code: string}>} */
let verdicts = {};

beforeEach(() => {
  globalThis.document = { querySelector: () => null };
  globalThis.fetch = async (_url, { body }) =>
    new Response(JSON.stringify(verdicts[JSON.parse(body).check]), {
      headers: { "Content-Type": "application/json" },
    });
});

function judge() {
  const uses = { uses: {} };
  return new Judge((name) => name, { camera: uses, microphone: uses }, {}, "/judge");
}

test("a second check that goes well leaves the first one's failure to be named", async () => {
  verdicts = {
    camera: { level: "refused", code: "camera.denied" },
    microphone: { level: "good", code: "microphone.good" },
  };
  const both = judge();

  await both.failure("camera", "denied");
  await both.figures("microphone", {});

  assert.equal(both.lastFailure, "camera.denied");
});

test("a check that goes well after all is no failure any more", async () => {
  verdicts = { camera: { level: "refused", code: "camera.denied" } };
  const one = judge();
  await one.failure("camera", "denied");

  verdicts = { camera: { level: "good", code: "camera.good" } };
  await one.figures("camera", {});

  assert.equal(one.lastFailure, null);
});

test("of two failures the latest is named, and the next step begins without one", async () => {
  verdicts = {
    camera: { level: "refused", code: "camera.denied" },
    microphone: { level: "unavailable", code: "microphone.in_use" },
  };
  const both = judge();
  await both.failure("microphone", "in_use");
  await both.failure("camera", "denied");
  await both.failure("microphone", "in_use");

  assert.equal(both.lastFailure, "microphone.in_use");
  both.forgetFailure();
  assert.equal(both.lastFailure, null);
});
