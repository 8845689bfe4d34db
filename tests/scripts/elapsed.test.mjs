import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Patience, TRY_FOR_MS } from "../../static/js/call/patience.js";
import { Elapsed } from "../../static/js/lib/elapsed.js";
import { Countdown } from "../../static/js/visit/countdown.js";

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 30, 12);

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: NOON }));
afterEach(() => mock.timers.reset());


test("a clock set back takes nothing away from what has passed", () => {
  const elapsed = new Elapsed();
  mock.timers.tick(5000);
  assert.equal(elapsed.ms, 5000);

  mock.method(Date, "now", () => NOON - 2 * HOUR);
  assert.equal(elapsed.ms, 5000);
  mock.method(Date, "now", () => NOON - 2 * HOUR + 1000);
  assert.equal(elapsed.ms, 6000);
  mock.restoreAll();
});

test("a countdown ends in time though the clock is set back meanwhile", () => {
  let now = NOON;
  mock.method(Date, "now", () => now);
  let over = false;
  const countdown = new Countdown({ seconds: 3, words: "{time}", write: () => {}, over: () => (over = true) });
  countdown.connect();

  now -= 2 * HOUR;
  for (let second = 0; second < 4; second += 1) {
    now += 1000;
    mock.timers.tick(1000);
  }

  assert.equal(over, true);
  mock.restoreAll();
});

test("a countdown is over after a device has slept", () => {
  let now = NOON;
  mock.method(Date, "now", () => now);
  let over = false;
  new Countdown({ seconds: 600, words: "{time}", write: () => {}, over: () => (over = true) }).connect();

  now += HOUR;
  mock.timers.tick(1000);

  assert.equal(over, true);
  mock.restoreAll();
});

test("a call goes on trying though the clock is set forward, and gives up in the end", () => {
  let now = NOON;
  mock.method(Date, "now", () => now);
  const patience = new Patience();

  now += 2 * HOUR;
  assert.equal(patience.isOver, false);
  for (let passed = 0; passed < TRY_FOR_MS; passed += 5000) {
    now += 5000;
    void patience.isOver;
  }

  assert.equal(patience.isOver, true);
  mock.restoreAll();
});
