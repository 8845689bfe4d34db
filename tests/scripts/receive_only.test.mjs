import assert from "node:assert/strict";
import { test } from "node:test";

import { CallSession } from "../../static/js/call/session.js";
import { DeviceError } from "../../static/js/lib/devices.js";
import { FakeServer, FakeTrack, fakePeerConnections, settle } from "./fake_browser.mjs";

const NOBODY = { type: "layout", slots: [{ audio: "0", video: "1", participant: null }] };

async function enterWithNothing(acquire) {
  const server = new FakeServer();
  const { connections, FakePeerConnection } = fakePeerConnections();
  const session = new CallSession({
    offerUrl: "/offer",
    answerUrl: "/answer",
    leaveUrl: "/leave",
    fetch: server.fetch,
    RTCPeerConnection: FakePeerConnection,
    acquire,
  });
  const joined = session.join();
  await settle();
  connections[0].channel.open();
  connections[0].channel.hear(NOBODY);
  await joined;
  return { session, connection: connections[0], server };
}

test("a person without camera and microphone enters, and adds them later", async () => {
  const acquire = async (kind) => new FakeTrack(kind === "camera" ? "video" : "audio");
  const { session, connection, server } = await enterWithNothing(acquire);
  assert.deepEqual(connection.channel.said, [{ type: "media", audio: false, video: false, hand: false }]);

  await session.setMicrophone(true);
  await session.setCamera(true);

  assert.deepEqual(connection.transceivers.map(({ sender }) => sender.track), [
    session.tracks.audio,
    session.tracks.video,
  ]);
  assert.deepEqual(connection.channel.said.at(-1), { type: "media", audio: true, video: true, hand: false });
  assert.equal(server.asked("/offer").length, 1);
  await session.leave();
});

test("a refused camera is reported and changes nothing else", async () => {
  const acquire = async () => {
    throw new DeviceError("camera.denied");
  };
  const { session } = await enterWithNothing(acquire);
  const troubles = [];
  session.addEventListener("trouble", ({ detail }) => troubles.push(detail.code));

  await session.setCamera(true);

  assert.deepEqual(troubles, ["camera.denied"]);
  assert.deepEqual(session.media, { audio: false, video: false, hand: false });
  await session.leave();
});
