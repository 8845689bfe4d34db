import assert from "node:assert/strict";
import { test } from "node:test";

import { PictureSender } from "../../static/js/call/picture_sender.js";

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

test("the whole picture alone is sent until others are asked for", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);

  await picture.apply();
  assert.deepEqual(sender.active, ["h"]);
  await picture.send(["h", "l"]);
  assert.deepEqual(sender.active, ["h", "l"]);
  await picture.send(["m"]);
  assert.deepEqual(sender.active, ["m"]);
});

test("each size is told its scale and what it may take, largest first", async () => {
  const sender = new Sender(LAYERED);

  await new PictureSender(sender, 600_000).apply();

  const told = sender.encodings.map((one) => [one.scaleResolutionDownBy, one.maxBitrate]);
  assert.deepEqual(told, [[1, 600_000], [2, 200_000], [4, 80_000]]);
});

test("a browser without sizes is only told what it may take", async () => {
  const sender = new Sender([""]);
  const picture = new PictureSender(sender, 800_000);

  await picture.send(["m"]);

  assert.deepEqual(sender.encodings, [{ active: true, maxBitrate: 800_000 }]);
});

test("wishes that come quickly one after the other do not hinder each other", async () => {
  const sender = new Sender(LAYERED);
  const picture = new PictureSender(sender, 600_000);

  await Promise.all([picture.apply(), picture.send(["h", "m"]), picture.send(["h", "m", "l"])]);

  assert.deepEqual(sender.active, LAYERED);
});

test("a browser that refuses goes on sending, and is told again at the next wish", async () => {
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
