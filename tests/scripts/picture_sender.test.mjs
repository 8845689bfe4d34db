import assert from "node:assert/strict";
import { test } from "node:test";

import { PictureSender } from "../../static/js/call/picture-sender.js";

/** A sender as browsers have it: parameters are copies, and old ones are refused. */
class Sender {
  #encodings;
  #transaction = 0;
  settings = 0;

  constructor(rids) {
    this.#encodings = rids.map((rid) => (rid ? { rid, active: true } : { active: true }));
  }

  getParameters() {
    this.#transaction += 1;
    return { transactionId: this.#transaction, encodings: structuredClone(this.#encodings) };
  }

  async setParameters({ transactionId, encodings }) {
    if (transactionId !== this.#transaction) throw new DOMException("old", "InvalidStateError");
    await Promise.resolve();
    if (transactionId !== this.#transaction) throw new DOMException("old", "InvalidStateError");
    this.settings += 1;
    this.#encodings = encodings;
  }

  get encodings() {
    return this.#encodings;
  }

  get active() {
    return this.#encodings.filter((one) => one.active).map((one) => one.rid);
  }
}

const LAYERED = ["h", "m", "l"];

test("only the whole picture is sent until the plane asks for other sizes", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);

  await picture.apply();
  assert.deepEqual(sender.active, ["h"]);
  await picture.send(["h", "l"]);
  assert.deepEqual(sender.active, ["h", "l"]);
  await picture.send(["m"]);
  assert.deepEqual(sender.active, ["m"]);
});

test("each size gets its scale and its bitrate, largest first", async () => {
  const sender = new Sender(LAYERED);

  await new PictureSender(sender, 600_000).apply();

  const encodings = sender.encodings.map((one) => [one.scaleResolutionDownBy, one.maxBitrate]);
  assert.deepEqual(encodings, [[1, 600_000], [2, 200_000], [4, 80_000]]);
});

test("a browser without simulcast gets a bitrate only", async () => {
  const sender = new Sender([""]);
  const picture = new PictureSender(sender, 800_000);

  await picture.send(["m"]);

  assert.deepEqual(sender.encodings, [{ active: true, maxBitrate: 800_000 }]);
});

test("quick requests for sizes do not disturb each other", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);

  await Promise.all([picture.apply(), picture.send(["h", "m"]), picture.send(["h", "m", "l"])]);

  assert.deepEqual(sender.active, LAYERED);
});

test("after a refused setting the picture goes on, and the next request sets it again", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);
  const set = sender.setParameters.bind(sender);
  sender.setParameters = async () => {
    throw new DOMException("no", "InvalidModificationError");
  };
  await picture.apply();

  sender.setParameters = set;
  await picture.send(["h", "m"]);

  assert.deepEqual(sender.active, ["h", "m"]);
});

/** What a browser tells of the whole picture, each half second, where the line carries no more. */
class Readings {
  #frames = 0;

  constructor({ fps, bitrate, qp = 60 }) {
    this.reading = { fps, bitrate, qp };
  }

  next() {
    const { fps, bitrate, qp } = this.reading;
    this.#frames += fps / 2;
    const outbound = {
      type: "outbound-rtp",
      rid: "h",
      active: true,
      mediaSourceId: "camera",
      targetBitrate: bitrate,
      framesPerSecond: fps,
      framesEncoded: this.#frames,
      qpSum: this.#frames * qp,
    };
    return new Map([
      ["camera", { type: "media-source", framesPerSecond: 30 }],
      ["picture", outbound],
      ["other", { type: "outbound-rtp", rid: "m", active: false }],
    ]);
  }
}

const scaleOf = (sender) => sender.encodings[0].scaleResolutionDownBy;

/** @param {PictureSender} picture */
async function readOn(picture, readings, from, seconds) {
  for (let at = 0; at < seconds; at += 0.5) await picture.look(readings.next(), 1000 * (from + at));
}

test("on a narrow line the whole picture is sent small, and large again when the line is back", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);
  await picture.apply();

  await readOn(picture, new Readings({ fps: 2, bitrate: 70_000 }), 0, 1);
  assert.equal(scaleOf(sender), 2);
  await readOn(picture, new Readings({ fps: 30, bitrate: 400_000 }), 1, 6);

  assert.equal(scaleOf(sender), 1);
});

test("with several sizes the sender leaves their scales alone", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);
  await readOn(picture, new Readings({ fps: 2, bitrate: 70_000 }), 0, 1);

  await picture.send(["h", "l"]);
  await readOn(picture, new Readings({ fps: 2, bitrate: 70_000 }), 1, 10);

  assert.equal(scaleOf(sender), 1);
});

test("without a picture, as with the camera off, nothing is changed", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);
  await picture.apply();

  for (let at = 0; at < 20; at += 1) await picture.look(new Map(), 500 * at);

  assert.equal(scaleOf(sender), 1);
  assert.equal(sender.settings, 1);
});
