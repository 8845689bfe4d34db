import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { CallSession } from "../../static/js/call/session.js";
import { TRY_FOR_MS } from "../../static/js/call/patience.js";
import { RESTART_WITHIN_MS } from "../../static/js/call/link-watch.js";
import { STEADY_WITHIN_MS } from "../../static/js/call/peer-link.js";
import { FakeServer, FakeTrack, fakePeerConnections, network, settle } from "./fake_browser.mjs";

const NOBODY = { type: "layout", slots: [{ audio: "0", video: "1", participant: null }] };
const LEA = { type: "layout", slots: [{ audio: "0", video: "1", participant: "lea" }] };

/** @type {ReturnType<typeof world>} */ let here;

function world(server = new FakeServer(), prejoin = undefined, answer = undefined) {
  const { connections, FakePeerConnection } = fakePeerConnections();
  const tracks = { audio: new FakeTrack("audio"), video: new FakeTrack("video", { deviceId: "front" }) };
  const asked = [];
  const session = new CallSession({
    offerUrl: "/offer",
    answerUrl: "/answer",
    leaveUrl: "/leave",
    tracks,
    prejoin,
    fetch: server.fetch,
    RTCPeerConnection: FakePeerConnection,
    acquire: async (kind, wish) => {
      asked.push({ kind, ...wish });
      if (answer) return answer();
      return new FakeTrack(kind === "camera" ? "video" : "audio", { deviceId: wish.deviceId });
    },
  });
  const history = [];
  const troubles = [];
  const replaced = [];
  session.addEventListener("state", ({ detail }) => history.push(detail.state));
  session.addEventListener("trouble", ({ detail }) => troubles.push(detail.code));
  session.addEventListener("replaced", ({ detail }) => replaced.push(detail));
  return { server, connections, tracks, asked, session, history, troubles, replaced };
}

async function enter(layout = LEA) {
  const joined = here.session.join();
  await settle();
  const connection = here.connections.at(-1);
  connection.channel.open();
  connection.channel.hear(layout);
  await joined;
  return connection;
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  here = world();
});

afterEach(async () => {
  await here.session.leave();
  mock.timers.reset();
});

test("the first participant waits, and is connected when another arrives", async () => {
  const connection = await enter(NOBODY);

  connection.channel.hear(LEA);

  assert.deepEqual(here.history, ["joining", "waiting", "connected"]);
  assert.deepEqual(here.session.others.map((other) => other.participant), ["lea"]);
});

test("the answer is sent at once, with both tracks, for the peer that was offered", async () => {
  const connection = await enter();

  assert.deepEqual(here.server.asked("/answer"), [
    { url: "/answer", body: { peer: "peer-1", sdp: "answer to offer 1" } },
  ]);
  assert.deepEqual(
    connection.transceivers.map(({ direction, sender }) => [direction, sender.track]),
    [["sendrecv", here.tracks.audio], ["sendrecv", here.tracks.video]],
  );
  assert.equal(connection.transceivers[1].sender.parameters.encodings[0].maxBitrate, 600_000);
  assert.deepEqual(connection.channel.options, { label: "control", negotiated: true, id: 0 });
});

test("a cut path is restarted on the same connection", async () => {
  const connection = await enter();

  connection.become("failed");
  await settle();
  assert.equal(here.session.state, "reconnecting");
  connection.become("connected");
  await settle();

  assert.deepEqual(here.history, ["joining", "connected", "reconnecting", "connected"]);
  assert.deepEqual(here.server.asked("/offer").map(({ body }) => body), [{}, { peer: "peer-1" }]);
  assert.deepEqual(here.server.asked("/answer").at(-1).body, {
    peer: "peer-1",
    generation: 2,
    sdp: "answer to restart for peer-1",
  });
  assert.equal(here.connections.length, 1);
  assert.equal(connection.isClosed, false);
});

test("when nothing arrives on the new path either, a new connection is made", async () => {
  const first = await enter();

  first.become("failed");
  await settle();
  await pass(STEADY_WITHIN_MS);
  here.connections[1].channel.open();
  here.connections[1].channel.hear(LEA);
  await settle();

  assert.deepEqual(here.history, ["joining", "connected", "reconnecting", "connected"]);
  assert.equal(first.isClosed, true);
  assert.deepEqual(here.server.asked("/offer").at(-1).body, {});
});

/** Credentials name the hour until which they open the relay (kiosk/media/relays.py). */
const relays = (hour) => [{ urls: ["turn:relay.example"], username: `${hour}:peer-1`, credential: "secret" }];

test("a restart hours later uses relays with valid credentials", async () => {
  here.server.relays = relays("13:00");
  const connection = await enter();
  assert.deepEqual(connection.gatheredBy, relays("13:00"));

  here.server.relays = relays("17:30");
  connection.become("failed");
  await settle();

  assert.deepEqual(here.server.asked("/offer").at(-1).body, { peer: "peer-1" });
  assert.deepEqual(connection.gatheredBy, relays("17:30"));
  assert.equal(here.connections.length, 1);
});

/** The path fails hours later; a fresh connection is made, through relays that still open. */
async function comesBackAfresh(first, meanwhile = async () => {}) {
  here.server.relays = relays("17:30");
  first.become("failed");
  await settle();
  await meanwhile();
  const second = here.connections[1];
  second.channel.open();
  second.channel.hear(LEA);
  await settle();

  assert.equal(first.isClosed, true);
  assert.deepEqual(here.server.asked("/offer").at(-1).body, {});
  assert.deepEqual(second.gatheredBy, relays("17:30"));
  assert.deepEqual(here.history, ["joining", "connected", "reconnecting", "connected"]);
}

test("when no relay opens on the new path, a new connection is made", async () => {
  here.server.relays = relays("13:00");
  const first = await enter();

  await comesBackAfresh(first, () => pass(STEADY_WITHIN_MS));
});

test("a browser that keeps its first relays makes a new connection", async () => {
  here.server.relays = relays("13:00");
  const first = await enter();
  first.setConfiguration = () => {
    throw new DOMException("iceServers cannot be changed", "InvalidModificationError");
  };

  await comesBackAfresh(first);
});

test("a restarted plane, which knows no peer, is joined again at once", async () => {
  const first = await enter();
  here.server.forget();

  first.become("disconnected");
  await settle();

  assert.equal(first.isClosed, true);
  assert.equal(here.server.asked("/offer").length, 2);
  assert.deepEqual(here.troubles, []);
});

test("a connection that recovers while the server is unreachable is kept", async () => {
  const connection = await enter();
  here.server.silence();
  connection.become("disconnected");
  await pass(500);

  connection.become("connected");
  await pass(10_000);

  assert.equal(here.session.state, "connected");
  assert.equal(connection.isClosed, false);
  assert.equal(here.connections.length, 1);
});

test("in another network the new path is tried without a change of state", async () => {
  await enter();

  network.dispatchEvent(new Event("online"));
  await settle();

  assert.equal(here.server.asked("/offer").length, 2);
  assert.deepEqual(here.history, ["joining", "connected"]);
});

test("an ICE restart during which the browser says disconnected is no cut", async () => {
  const connection = await enter();
  const apply = connection.setRemoteDescription.bind(connection);
  connection.setRemoteDescription = async (offer) => {
    connection.become("disconnected");
    await apply(offer);
  };

  network.dispatchEvent(new Event("online"));
  await settle();
  for (let number = 1; number <= 3; number += 1) await beat(connection, number, 25 * number);
  connection.become("connected");
  await pass(RESTART_WITHIN_MS);

  assert.deepEqual(here.history, ["joining", "connected"]);
  assert.equal(here.server.asked("/answer").length, 2);
});

test("a path that stays disconnected after a restart is cut", async () => {
  const connection = await enter();
  network.dispatchEvent(new Event("online"));
  await settle();

  connection.become("disconnected");
  await pass(RESTART_WITHIN_MS);

  assert.equal(here.session.state, "reconnecting");
});

test("silence during a restart is noticed as soon as ever", async () => {
  const connection = await enter();
  for (let number = 1; number <= 4; number += 1) await beat(connection, number, 25 * number);
  network.dispatchEvent(new Event("online"));
  await settle();
  connection.become("disconnected");

  for (let number = 5; number <= 8; number += 1) await beat(connection, number, 102);

  assert.equal(here.session.state, "reconnecting");
});

test("a closed control channel counts as a cut path", async () => {
  const connection = await enter();

  connection.channel.dispatchEvent(new Event("close"));

  assert.equal(here.session.state, "reconnecting");
});

/** Half a second of a call: we send, and what came so far is told. */
async function beat(connection, number, came) {
  connection.stats.set("out", { type: "outbound-rtp", packetsSent: 25 * number });
  connection.stats.set("in", { type: "inbound-rtp", packetsReceived: came });
  connection.stats.set("pair", { type: "candidate-pair", bytesReceived: 1000 * came });
  await pass(500);
}

test("a silent plane is noticed within two seconds", async () => {
  const connection = await enter();
  for (let number = 1; number <= 4; number += 1) await beat(connection, number, 25 * number);

  // The last packets came at the very beginning of a beat.
  for (let number = 5; number <= 8; number += 1) await beat(connection, number, 102);

  assert.equal(here.session.state, "reconnecting");
});

test("for a participant alone, one lost report is not a cut, two are", async () => {
  const connection = await enter(NOBODY);
  for (let number = 1; number <= 4; number += 1) await beat(connection, number, 1);

  assert.equal(here.session.state, "waiting");
  for (let number = 5; number <= 7; number += 1) await beat(connection, number, 1);

  assert.equal(here.session.state, "reconnecting");
});

test("silence of another participant is not silence of the plane", async () => {
  const connection = await enter();

  for (let number = 1; number <= 10; number += 1) {
    connection.stats.set("out", { type: "outbound-rtp", packetsSent: 25 * number });
    const reports = Math.floor(number / 2);
    connection.stats.set("pair", { type: "candidate-pair", bytesReceived: 60 * reports });
    await pass(500);
  }

  assert.equal(here.session.state, "connected");
});

test("the session tries for more than a minute, then reports that the call is lost", async () => {
  const connection = await enter();
  here.server.silence();

  connection.become("failed");
  await settle();
  for (let passed = 0; passed < 60_000; passed += 1_000) await pass(1_000);
  assert.equal(here.session.state, "reconnecting");
  for (let passed = 60_000; passed < TRY_FOR_MS + 6_000; passed += 1_000) await pass(1_000);

  assert.equal(here.session.state, "failed");
  assert.equal(new Set(here.troubles).has("network.unreachable"), true);
  assert.equal(here.server.asked("/offer").length > 15, true);
});

test("a network that returns is used at once", async () => {
  const connection = await enter();
  here.server.silence();
  connection.become("failed");
  await settle();
  await pass(500);
  here.server.agree();

  const asked = here.server.asked("/offer").length;

  network.dispatchEvent(new Event("online"));
  await settle();

  assert.equal(here.server.asked("/offer").length, asked + 1);
});

test("a session that was refused does not ask again", async () => {
  here.server.refuse(403, "lobby.not_admitted");

  const state = await here.session.join();

  assert.equal(state, "failed");
  assert.deepEqual(here.troubles, ["lobby.not_admitted"]);
});

test("a call that was closed during a reconnection has ended", async () => {
  const connection = await enter();
  here.server.refuse(403, "lobby.not_admitted");

  connection.channel.hear({ type: "bye", reason: "room_closed" });
  await settle();

  assert.deepEqual(here.history, ["joining", "connected", "reconnecting", "ended"]);
});

test("a page replaced by another page does not connect again", async () => {
  const connection = await enter();

  connection.channel.hear({ type: "bye", reason: "replaced" });
  await settle();

  assert.equal(here.session.state, "ended");
  assert.equal(here.server.asked("/offer").length, 1);
});

for (const reason of ["removed", "refused", "ended"]) {
  test(`a person for whom the call was ended (${reason}) does not connect again`, async () => {
    const connection = await enter();

    connection.channel.hear({ type: "bye", reason });
    await settle();

    assert.equal(here.session.state, "ended");
    assert.equal(here.server.asked("/offer").length, 1);
    assert.deepEqual([here.tracks.audio.readyState, here.tracks.video.readyState], ["ended", "ended"]);
  });
}

test("hanging up tells the server and releases both devices", async () => {
  await enter();

  await here.session.leave();

  assert.deepEqual(here.server.asked("/leave"), [{ url: "/leave", body: { peer: "peer-1" } }]);
  assert.deepEqual([here.tracks.audio.readyState, here.tracks.video.readyState], ["ended", "ended"]);
  assert.equal(here.session.state, "ended");
});

test("hanging up while joining leaves no connection in the room", async () => {
  const joined = here.session.join();
  while (!here.server.asked("/offer").length) await Promise.resolve();

  await here.session.leave();
  await joined;
  await settle();

  assert.deepEqual(here.server.asked("/leave").map(({ body }) => body), [{ peer: "peer-1" }]);
  assert.equal(here.connections.length, 0);
});

test("muted, the microphone stays open; stopped, the camera is released", async () => {
  const connection = await enter();

  await here.session.setMicrophone(false);
  await here.session.setCamera(false);

  assert.deepEqual([here.tracks.audio.enabled, here.tracks.audio.readyState], [false, "live"]);
  assert.equal(here.tracks.video.readyState, "ended");
  assert.equal(connection.transceivers[1].sender.track, null);
  assert.deepEqual(connection.channel.said.at(-1), { type: "media", audio: false, video: false, hand: false });
});

test("the camera that is switched on again is the same one", async () => {
  const connection = await enter();

  await here.session.setCamera(false);
  await here.session.setCamera(true);

  assert.deepEqual(here.asked, [{ kind: "camera", deviceId: "front" }]);
  assert.equal(connection.transceivers[1].sender.track, here.session.tracks.video);
  assert.deepEqual(connection.channel.said.at(-1), { type: "media", audio: true, video: true, hand: false });
});

test("an unplugged camera is reported, and off for the others", async () => {
  const connection = await enter();

  here.tracks.video.unplug();
  await settle();

  assert.deepEqual(here.troubles, ["camera.lost"]);
  assert.deepEqual(connection.channel.said.at(-1), { type: "media", audio: true, video: false, hand: false });
});

/** A browser that tells of devices; its microphone opens with this label, or throws this. */
function plugs(t, answer) {
  const mediaDevices = new EventTarget();
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { mediaDevices } });
  t.after(() => before && Object.defineProperty(globalThis, "navigator", before));
  here.session.release();
  here = world(new FakeServer(), undefined, answer);
  return mediaDevices;
}

test("an unplugged microphone is replaced by any other at once, and the page says by which", async (t) => {
  plugs(t, () => Object.assign(new FakeTrack("audio"), { label: "Webcam (HD)" }));
  const connection = await enter();

  here.tracks.audio.unplug();
  await settle();

  assert.deepEqual(here.asked, [{ kind: "microphone" }]);
  assert.deepEqual(here.replaced, [{ kind: "audio", label: "Webcam (HD)" }]);
  assert.equal(connection.transceivers[0].sender.track, here.session.tracks.audio);
  assert.equal(connection.transceivers[0].sender.track.readyState, "live");
  assert.deepEqual(here.session.media, { audio: true, video: true, hand: false });
});

test("a microphone that was muted stays muted when another takes its place", async () => {
  await enter();
  await here.session.setMicrophone(false);

  here.tracks.audio.unplug();
  await settle();

  assert.equal(here.session.tracks.audio.enabled, false);
});

test("where there is no other microphone, the next one that is plugged in is used", async (t) => {
  let isThere = false;
  const mediaDevices = plugs(t, () => {
    if (!isThere) throw new DOMException("", "NotFoundError");
    return Object.assign(new FakeTrack("audio"), { label: "Headset" });
  });
  await enter();
  here.tracks.audio.unplug();
  await settle();
  assert.deepEqual(here.troubles, ["microphone.lost", "microphone.missing"]);
  assert.equal(here.session.media.audio, false);

  isThere = true;
  mediaDevices.dispatchEvent(new Event("devicechange"));
  await settle();

  assert.deepEqual(here.replaced, [{ kind: "audio", label: "Headset" }]);
  assert.equal(here.session.media.audio, true);
});

test("a microphone that the system takes is off for the others, and one press takes it back", async () => {
  const connection = await enter();

  here.tracks.audio.pause();
  await settle();
  assert.deepEqual(here.session.paused, { audio: true, video: false });
  assert.equal(connection.channel.said.at(-1).audio, false);
  await here.session.resume();

  assert.deepEqual(here.session.paused, { audio: false, video: false });
  assert.equal(connection.channel.said.at(-1).audio, true);
  assert.equal(here.tracks.audio.readyState, "ended");
  assert.equal(connection.transceivers[0].sender.track, here.session.tracks.audio);
});

test("devices that the system gives back by itself need no press", async () => {
  const connection = await enter();
  for (const kind of ["audio", "video"]) here.tracks[kind].pause();
  assert.deepEqual(here.session.paused, { audio: true, video: true });

  for (const kind of ["audio", "video"]) here.tracks[kind].pause(false);

  assert.deepEqual(here.session.paused, { audio: false, video: false });
  assert.deepEqual(connection.channel.said.at(-1), { type: "media", audio: true, video: true, hand: false });
  assert.deepEqual(here.asked, []);
});

test("the microphone's own button takes it back, too", async () => {
  await enter();
  here.tracks.audio.pause();

  await here.session.setMicrophone(true);

  assert.deepEqual(here.session.media, { audio: true, video: true, hand: false });
});

test("while the telephone call lasts, the paused microphone stays and the press may be repeated", async (t) => {
  plugs(t, () => {
    throw new DOMException("", "NotReadableError");
  });
  await enter();
  here.tracks.audio.pause();

  await here.session.resume();

  assert.deepEqual(here.troubles, ["microphone.in_use"]);
  assert.deepEqual(here.session.paused, { audio: true, video: false });
});

test("a raised hand is sent, and sent again on a new connection", async () => {
  const first = await enter();

  here.session.raiseHand(true);
  here.server.forget();
  first.become("disconnected");
  await settle();
  const second = here.connections[1];
  second.channel.open();
  second.channel.hear(LEA);
  await settle();

  const up = { type: "media", audio: true, video: true, hand: true };
  assert.deepEqual(first.channel.said.at(-1), up);
  assert.deepEqual(second.channel.said.at(-1), up);
});

test("sizes that the plane did not ask for stay inactive after a later offer", async () => {
  const connection = await enter();
  const camera = connection.transceivers[1].sender;
  camera.parameters = { encodings: ["h", "m", "l"].map((rid) => ({ rid, active: true })) };

  connection.channel.hear({ type: "offer", sdp: "offer for three", generation: 2 });
  await settle();

  const active = camera.parameters.encodings.filter((one) => one.active);
  assert.deepEqual(active.map((one) => one.rid), ["h"]);
});

test("a later offer is answered on the control channel, with its generation", async () => {
  const connection = await enter();

  connection.channel.hear({ type: "offer", sdp: "offer for three", generation: 2 });
  await settle();

  assert.deepEqual(connection.channel.said.at(-1), {
    type: "answer",
    generation: 2,
    sdp: "answer to offer for three",
  });
});

test("what the others switch off is reported", async () => {
  const connection = await enter();
  const heard = [];
  here.session.addEventListener("remotemedia", ({ detail }) => heard.push(detail));

  connection.channel.hear({ type: "media", participant: "lea", audio: false, video: true, hand: true });
  connection.channel.hear("not even JSON");

  assert.deepEqual(heard, [
    { participant: "lea", audio: false, video: true, hand: true, pictures: true },
  ]);
  assert.equal(here.session.others[0].audio, false);
  assert.equal(here.session.others[0].hand, true);
});

test("the people who will be seen have a place before any media arrives", async () => {
  here.server.foresees = LEA.slots;

  here.session.join();
  await settle();

  assert.equal(here.session.state, "joining");
  assert.deepEqual(here.session.others.map((other) => other.participant), ["lea"]);
  assert.ok(here.session.others[0].tracks.video);
});
