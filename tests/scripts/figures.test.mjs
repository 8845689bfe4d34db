import assert from "node:assert/strict";
import { test } from "node:test";

import { initials } from "../../static/js/call/face.js";
import { ProbeError, isClimbing, summary } from "../../static/js/call/network-probe.js";
import { QualityMeter, levelOf } from "../../static/js/call/quality.js";
import { elapsed } from "../../static/js/call/stopwatch.js";
import { measured } from "../../static/js/lib/measured.js";

const report = (...stats) => new Map(stats.map((stat, index) => [String(index), stat]));
const GOOD = { loss: 0, rtt_ms: 20, jitter_ms: 3, up_kbps: 600, down_kbps: 600 };

const RULES = { best_readings: 3, climbing_factor: 1.1, figures: { up_kbps: { good: 500 } } };

test("figures cover the time between two readings", () => {
  const meter = new QualityMeter();
  const at = (bytes, packets, lost) =>
    report(
      { type: "inbound-rtp", bytesReceived: bytes, packetsReceived: packets, packetsLost: lost, jitter: 0.004 },
      { type: "outbound-rtp", bytesSent: bytes * 2 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.05 },
    );

  assert.equal(meter.read(at(1_000, 100, 0), 0), null);
  const figures = meter.read(at(126_000, 190, 10), 2_000);

  assert.deepEqual(figures, { loss: 0.1, rtt_ms: 50, jitter_ms: 4, up_kbps: 1000, down_kbps: 500 });
});

test("the loss is that of the worse direction", () => {
  const meter = new QualityMeter();
  const at = (packetsSent, packetsLost) =>
    report(
      { type: "outbound-rtp", packetsSent },
      { type: "remote-inbound-rtp", packetsLost, roundTripTime: 0.1 },
      { type: "inbound-rtp", packetsReceived: packetsSent, packetsLost: packetsLost / 10 },
    );

  meter.read(at(1_000, 40), 0);

  assert.deepEqual(meter.read(at(1_100, 60), 1_000)?.loss, 0.2);
});

test("sound lost on the receivers' lines is not counted as loss of our line", () => {
  const meter = new QualityMeter();
  const at = (packetsSent) =>
    report(
      { type: "outbound-rtp", packetsSent },
      { type: "remote-inbound-rtp", fractionLost: 0.1, packetsLost: 0, roundTripTime: 0.1 },
    );

  meter.read(at(0), 0);

  assert.deepEqual(meter.read(at(100), 1_000)?.loss, 0);
});

test("a figure below zero is one that the browser does not know", () => {
  const meter = new QualityMeter();
  const at = (packets) =>
    report(
      { type: "inbound-rtp", packetsReceived: packets, packetsLost: -3, jitter: -1 },
      { type: "remote-inbound-rtp", packetsLost: -1, roundTripTime: -1 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: -0.001 },
    );

  meter.read(at(100), 0);
  const { rtt_ms, jitter_ms, loss } = meter.read(at(200), 1_000) ?? {};

  assert.deepEqual([rtt_ms, jitter_ms, loss], [null, null, 0]);
  assert.deepEqual([measured(-1), measured(NaN), measured(Infinity), measured(0)], [
    "not_measured",
    "not_measured",
    "not_measured",
    0,
  ]);
});

test("the round trip is that of the pair in use, where the browser says which", () => {
  const meter = new QualityMeter();
  const stats = new Map([
    ["T", { type: "transport", selectedCandidatePairId: "new" }],
    ["new", { type: "candidate-pair", id: "new", nominated: true, currentRoundTripTime: 0.03 }],
    ["old", { type: "candidate-pair", id: "old", nominated: true, currentRoundTripTime: 0.9 }],
  ]);

  meter.read(stats, 0);

  assert.equal(meter.read(stats, 1_000)?.rtt_ms, 30);
});

for (const [change, level] of [
  [{}, "good"],
  [{ loss: 0.05 }, "fair"],
  [{ rtt_ms: 400 }, "fair"],
  [{ loss: 0.12 }, "poor"],
  [{ jitter_ms: 200 }, "poor"],
  [{ loss: null, rtt_ms: null }, "unknown"],
]) {
  test(`a connection with ${JSON.stringify(change)} is ${level}`, () => {
    assert.equal(levelOf({ ...GOOD, ...change }), level);
  });
}

test("a measure is the average of its readings, with the middle round trip", () => {
  const readings = [
    { ...GOOD, rtt_ms: 10 },
    { ...GOOD, rtt_ms: 500, loss: 0.03 },
    { ...GOOD, rtt_ms: 20, down_kbps: 300 },
  ];

  assert.deepEqual(summary(readings, RULES), {
    loss: 0.01,
    rtt_ms: 20,
    jitter_ms: 3,
    up_kbps: 600,
    down_kbps: 500,
  });
});

test("a measurement without returned media is an error", () => {
  assert.throws(() => summary([{ ...GOOD, down_kbps: 0 }], RULES), ProbeError);
  assert.throws(() => summary([], RULES), { code: "network.no_media" });
});

test("a duration is written in minutes and seconds", () => {
  assert.deepEqual([0, 65, 3_605].map(elapsed), ["0:00", "1:05", "1:00:05"]);
});

test("initials are whole letters in every script", () => {
  assert.deepEqual(["Léa Martin", "عائشة", "  "].map(initials), ["LM", "ع", "…"]);
});

/** What Debian's Firefox sent on a line without limit, half a second each. */
const FIREFOX = [138, 203, 255, 261, 423, 457, 479, 510, 545, 560];
const rates = (...values) => values.map((rate) => ({ ...GOOD, up_kbps: rate, down_kbps: rate }));

test("an encoder that climbs slowly is measured by what it reaches", () => {
  const { up_kbps, down_kbps } = summary(rates(...FIREFOX), RULES);

  assert.deepEqual([up_kbps, down_kbps], [538, 538]);
});

test("a rate that still climbs is measured longer; one that stands, or suffices, is not", () => {
  assert.equal(isClimbing(rates(...FIREFOX.slice(0, 6)), RULES), true);
  assert.equal(isClimbing(rates(310, 300, 305, 300, 310, 300), RULES), false);
  assert.equal(isClimbing(rates(...FIREFOX), RULES), false);
});

test("a measure of a browser that reports neither loss nor round trip does not call them nought", () => {
  const { loss, rtt_ms, jitter_ms } = summary([{ ...GOOD, loss: null, rtt_ms: null, jitter_ms: null }], RULES);

  assert.deepEqual([loss, rtt_ms, jitter_ms], [null, null, null]);
});
