import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { acquire, codeFor, list, listedAs } from "../../static/js/lib/devices.js";
import { FakeTrack, settle } from "./fake_browser.mjs";

const stream = (track) => ({ getTracks: () => [track] });
const named = (name, message = "") => new DOMException(message, name);

for (const [name, message, code] of [
  ["NotAllowedError", "Permission denied", "camera.denied"],
  ["NotAllowedError", "Permission denied by system", "camera.blocked_by_system"],
  ["SecurityError", "", "camera.denied"],
  ["NotFoundError", "", "camera.missing"],
  ["OverconstrainedError", "", "camera.missing"],
  ["NotReadableError", "", "camera.in_use"],
  ["AbortError", "", "camera.in_use"],
  ["TypeError", "", "camera.failed"],
]) {
  test(`${name} ${message} is ${code}`, () => {
    assert.equal(codeFor("camera", named(name, message)), code);
  });
}

test("a page without access to devices reports media.insecure", async () => {
  await assert.rejects(acquire("camera", { mediaDevices: {} }), { code: "media.insecure" });
});

test("each request names one device, never both", async () => {
  const wishes = [];
  const getUserMedia = async (wish) => {
    wishes.push(Object.keys(wish));
    return stream(new FakeTrack("audio"));
  };

  await acquire("microphone", { mediaDevices: { getUserMedia } });

  assert.deepEqual(wishes, [["audio"]]);
});

test("when the chosen camera is gone, another one is taken", async () => {
  const track = new FakeTrack("video");
  const getUserMedia = async ({ video }) => {
    if (video.deviceId) throw named("OverconstrainedError");
    return stream(track);
  };

  const found = await acquire("camera", { deviceId: "old", mediaDevices: { getUserMedia } });

  assert.equal(found, track);
});

test("an unanswered question ends with a timeout, and a late track is stopped", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const track = new FakeTrack("video");
  let say;
  const getUserMedia = () => new Promise((resolve) => (say = () => resolve(stream(track))));
  const asked = acquire("camera", { timeoutMs: 1_000, mediaDevices: { getUserMedia } });

  mock.timers.tick(1_000);
  await assert.rejects(asked, { code: "camera.timeout" });
  say();
  await settle();

  assert.equal(track.readyState, "ended");
  mock.timers.reset();
});

test("only devices of the kind asked for are listed, once they have an id", async () => {
  const enumerateDevices = async () => [
    { kind: "videoinput", deviceId: "", label: "" },
    { kind: "videoinput", deviceId: "a", label: "Front" },
    { kind: "audioinput", deviceId: "b", label: "Mic" },
  ];

  assert.deepEqual(await list("camera", { enumerateDevices }), [{ deviceId: "a", label: "Front" }]);
});

/** As Chrome on Windows lists a headset and a webcam. */
const WINDOWS = [
  { deviceId: "default", label: "Default - Headset (USB)", groupId: "headset" },
  { deviceId: "communications", label: "Communications - Webcam (HD)", groupId: "webcam" },
  { deviceId: "aa", label: "Headset (USB)", groupId: "headset" },
  { deviceId: "bb", label: "Webcam (HD)", groupId: "webcam" },
].map((device) => ({ kind: "audioinput", ...device }));

test("a microphone that Chrome lists three times is shown once", async () => {
  const shown = await list("microphone", { enumerateDevices: async () => WINDOWS });

  assert.deepEqual(shown.map(({ deviceId }) => deviceId), ["aa", "bb"]);
});

test("the one in use is found again under the id that is shown", async () => {
  const browser = { enumerateDevices: async () => WINDOWS };

  assert.equal(await listedAs("microphone", "default", browser), "aa");
  assert.equal(await listedAs("microphone", "communications", browser), "bb");
  assert.equal(await listedAs("microphone", "bb", browser), "bb");
});

test("of two microphones in one housing, the name decides", async () => {
  const twins = WINDOWS.map((device) => ({ ...device, groupId: "laptop" }));

  assert.equal(await listedAs("microphone", "communications", { enumerateDevices: async () => twins }), "bb");
});

test("a browser that lists nothing but its choices shows them", async () => {
  const only = async () => WINDOWS.slice(0, 1);

  assert.deepEqual((await list("microphone", { enumerateDevices: only })).length, 1);
  assert.equal(await listedAs("microphone", "default", { enumerateDevices: only }), "default");
});
