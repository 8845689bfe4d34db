import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { CallSession } from "../../static/js/call/session.js";
import { FakeServer, FakeTrack, fakePeerConnections, settle } from "./fake_browser.mjs";

const LAYOUT = { type: "layout", slots: [{ audio: "0", video: "1", participant: "lea" }], screen: null };
const SHARES = { type: "share", on: true };
const ENDS = { type: "share", on: false };

let here;

/** What the browser does when it is asked for a screen. */
function browser(answer) {
  Object.defineProperty(globalThis, "navigator", {
    value: { mediaDevices: { getDisplayMedia: answer } },
    configurable: true,
  });
}

beforeEach(async () => {
  const { connections, FakePeerConnection } = fakePeerConnections();
  const options = { offerUrl: "/offer", answerUrl: "/answer", leaveUrl: "/leave" };
  const fetch = new FakeServer().fetch;
  const session = new CallSession({ ...options, fetch, RTCPeerConnection: FakePeerConnection });
  const screen = new FakeTrack("video");
  const troubles = [];
  session.screen.addEventListener("trouble", ({ detail }) => troubles.push(detail.code));
  browser(async () => ({ getVideoTracks: () => [screen] }));
  here = { session, connections, screen, troubles };
  await enter();
});

afterEach(() => here.session.leave());

async function enter() {
  const joined = here.session.join();
  await settle();
  const connection = here.connections.at(-1);
  connection.channel.open();
  connection.channel.hear(LAYOUT);
  await joined;
}

const connection = () => here.connections.at(-1);
const said = () => connection().channel.said.filter(({ type }) => type === "share");

test("our screen is sent on its own m-line once an offer brings it", async () => {
  await here.session.screen.start();
  connection().expectScreen();
  connection().channel.hear({ type: "offer", sdp: "more", generation: 2 });
  await settle();

  assert.deepEqual(said(), [SHARES]);
  assert.equal(connection().screen.sender.track, here.screen);
  assert.equal(connection().screen.direction, "sendrecv");
  assert.equal(here.screen.contentHint, "detail");
  assert.equal(here.session.screen.isOurs, true);
});

test("our button and the browser's own both stop sharing", async () => {
  await here.session.screen.start();
  here.session.screen.stop();

  assert.deepEqual(said(), [SHARES, ENDS]);
  assert.equal(here.screen.readyState, "ended");

  here.screen.readyState = "live";
  await here.session.screen.start();
  here.screen.unplug();

  assert.deepEqual(said(), [SHARES, ENDS, SHARES, ENDS]);
  assert.equal(here.session.screen.isOurs, false);
});

test("closing the browser's question reports nothing; a system that forbids sharing is reported", async () => {
  browser(async () => {
    throw new DOMException("Permission denied", "NotAllowedError");
  });
  await here.session.screen.start();
  browser(async () => {
    throw new DOMException("Permission denied by system", "NotAllowedError");
  });
  await here.session.screen.start();
  browser(async () => {
    throw new DOMException("Could not start", "NotReadableError");
  });
  await here.session.screen.start();

  assert.deepEqual(here.troubles, ["screen.denied", "screen.failed"]);
  assert.deepEqual(said(), []);
});

test("while another participant shares, the browser is not asked", async () => {
  connection().expectScreen();
  connection().channel.hear({ type: "offer", sdp: "more", generation: 2 });
  await settle();
  connection().channel.hear({ ...LAYOUT, screen: "lea" });

  await here.session.screen.start();

  assert.deepEqual(here.troubles, ["media.screen_taken"]);
  assert.deepEqual(said(), []);
  assert.equal(here.session.screen.participant, "lea");
  assert.equal(here.session.screen.track, connection().screen.receiver.track);
});

test("of two who begin to share at once, the second gets an error and stops", async () => {
  await here.session.screen.start();
  connection().channel.hear({ type: "error", code: "media.screen_taken" });

  assert.deepEqual(here.troubles, ["media.screen_taken"]);
  assert.equal(here.screen.readyState, "ended");
  assert.deepEqual(said(), [SHARES]);
});

test("on a new connection our screen is shared again", async () => {
  await here.session.screen.start();
  connection().channel.dispatchEvent(new Event("close"));
  await settle();
  connection().channel.open();
  connection().channel.hear(LAYOUT);
  await settle();

  assert.equal(here.connections.length, 2);
  assert.deepEqual(said(), [SHARES]);
});

test("hanging up ends sharing", async () => {
  await here.session.screen.start();
  await here.session.leave();

  assert.equal(here.screen.readyState, "ended");
});
