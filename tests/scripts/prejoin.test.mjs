import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { GOOD_FOR_MS, Prejoin } from "../../static/js/call/prejoin.js";
import { ENTERED_WITHIN_MS } from "../../static/js/call/peer-link.js";
import { CallSession } from "../../static/js/call/session.js";
import { FakeServer, FakeTrack, fakePeerConnections, settle } from "./fake_browser.mjs";

const LEA = { type: "layout", slots: [{ audio: "0", video: "1", participant: "lea" }] };

let server, connections, prejoin, session, tracks;

function world(media) {
  server = new FakeServer();
  const browser = fakePeerConnections();
  connections = browser.connections;
  const options = {
    offerUrl: "/offer",
    answerUrl: "/answer",
    leaveUrl: "/leave",
    fetch: server.fetch,
    RTCPeerConnection: browser.FakePeerConnection,
  };
  prejoin = new Prejoin(options);
  session = new CallSession({ ...options, ...media, prejoin });
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  tracks = { audio: new FakeTrack("audio"), video: new FakeTrack("video") };
  world({ tracks });
});

afterEach(async () => {
  prejoin.drop();
  await session.leave();
  mock.timers.reset();
});

async function connectedAhead() {
  prejoin.ask();
  await settle();
  const [connection] = connections;
  connection.channel.open();
  return connection;
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

const sent = (connection) => connection.transceivers.map(({ sender }) => sender.track);

test("a prejoin sends no track and no message", async () => {
  const connection = await connectedAhead();

  assert.deepEqual(server.asked("/offer").map(({ body }) => body), [{ ahead: true }]);
  assert.deepEqual(server.asked("/answer").map(({ body }) => body.peer), ["peer-1"]);
  assert.deepEqual(sent(connection), [null, null]);
  assert.deepEqual(connection.channel.said, []);
});

test("entering by a prejoin takes one message and no request to the server", async () => {
  const connection = await connectedAhead();
  const asked = server.commands.length;

  const joined = session.join();
  await settle();
  connection.channel.hear(LEA);
  await joined;

  assert.equal(session.state, "connected");
  assert.deepEqual(connection.channel.said.map(({ type }) => type), ["enter", "media"]);
  assert.deepEqual(sent(connection), [tracks.audio, tracks.video]);
  assert.equal(server.commands.length, asked);
});

test("messages that arrive before the call's page is loaded are not lost", async () => {
  const connection = await connectedAhead();

  prejoin.enter();
  await settle();
  connection.channel.hear(LEA);
  const before = session.state;
  await session.join();

  assert.equal(before, "idle");
  assert.equal(session.state, "connected");
  assert.deepEqual(session.others.map(({ participant }) => participant), ["lea"]);
  assert.deepEqual(connection.channel.said.map(({ type }) => type), ["enter", "media"]);
});

test("a prejoin that is taken collects no more messages", async () => {
  const connection = await connectedAhead();
  connection.channel.hear(LEA);
  const { heard, link } = await prejoin.take();

  connection.channel.hear(LEA);
  link.close();

  assert.deepEqual(heard, [LEA]);
});

test("a person who presses the button early enters as soon as the connection is open", async () => {
  prejoin.ask();
  const joined = session.join();
  await settle();
  const [connection] = connections;
  assert.deepEqual(connection.channel.said, []);

  connection.channel.open();
  connection.channel.hear(LEA);
  await joined;

  assert.deepEqual(connection.channel.said.map(({ type }) => type), ["enter", "media"]);
  assert.equal(connections.length, 1);
});

test("a prejoin asked for twice connects once and is taken once", async () => {
  const connection = await connectedAhead();
  prejoin.ask();
  await settle();
  session.join();
  await settle();
  connection.channel.hear(LEA);
  await settle();

  connection.channel.hear({ type: "bye", reason: "failed" });
  await settle();

  assert.deepEqual(server.asked("/offer").map(({ body }) => body), [{ ahead: true }, {}]);
});

test("a connection that is lost at once is made again", async () => {
  const connection = await connectedAhead();
  session.join();
  await settle();
  connection.channel.hear(LEA);
  connection.channel.hear({ type: "bye", reason: "failed" });
  await settle();

  await pass(1_000);

  assert.deepEqual(server.asked("/offer").map(({ body }) => body), [{ ahead: true }, {}]);
});

test("a prejoin that is not taken is closed in time, and entering makes a new connection", async () => {
  const connection = await connectedAhead();

  await pass(GOOD_FOR_MS);
  session.join();
  await settle();

  assert.equal(connection.isClosed, true);
  assert.deepEqual(server.asked("/offer").at(-1).body, {});
  assert.equal(connections.length, 2);
});

test("entering after a lost prejoin makes a new connection", async () => {
  const connection = await connectedAhead();
  connection.become("closed");

  session.join();
  await settle();

  assert.deepEqual(server.asked("/offer").at(-1).body, {});
  assert.equal(connections.length, 2);
});

test("a prejoin without a layout in time is replaced by a new connection", async () => {
  const connection = await connectedAhead();
  session.join();
  await settle();

  await pass(ENTERED_WITHIN_MS);
  await pass(1_000);

  assert.equal(connection.isClosed, true);
  assert.deepEqual(server.asked("/offer").at(-1).body, {});
});

test("a refused prejoin is silent, and entering asks the server again and shows the refusal", async () => {
  const troubles = [];
  session.addEventListener("trouble", ({ detail }) => troubles.push(detail.code));
  server.refuse(409, "lobby.already_in_call");
  prejoin.ask();
  await settle();
  assert.deepEqual(troubles, []);
  server.agree();

  session.join();
  await settle();

  assert.deepEqual(server.asked("/offer").map(({ body }) => body), [{ ahead: true }, {}]);
});

test("devices that are still opening count as on, and are sent once open", async () => {
  let open;
  const video = new FakeTrack("video");
  world({ opening: { audio: Promise.resolve(tracks.audio), video: new Promise((come) => (open = come)) } });
  const connection = await connectedAhead();
  session.join();
  await settle();

  assert.deepEqual(sent(connection), [tracks.audio, null]);
  assert.deepEqual(session.media, { audio: true, video: true, hand: false });
  open(video);
  await settle();

  assert.deepEqual(sent(connection), [tracks.audio, video]);
  const said = connection.channel.said.filter(({ type }) => type === "media");
  assert.ok(said.every(({ audio, video }) => audio && video));
});

test("a device that does not open is reported in the call and counts as off", async () => {
  const failed = Promise.reject(Object.assign(new Error("none"), { name: "NotFoundError" }));
  world({ opening: { audio: failed, video: null } });
  const troubles = [];
  session.addEventListener("trouble", ({ detail }) => troubles.push(detail.code));

  await settle();

  assert.deepEqual(troubles, ["microphone.missing"]);
  assert.deepEqual(session.media, { audio: false, video: false, hand: false });
});

test("a device that opens after hanging up is released", async () => {
  let open;
  world({ opening: { video: new Promise((come) => (open = come)) } });

  await session.leave();
  open(tracks.video);
  await settle();

  assert.equal(tracks.video.readyState, "ended");
  assert.equal(session.media.video, false);
});
