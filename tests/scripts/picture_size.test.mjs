import assert from "node:assert/strict";
import { test } from "node:test";

import { PictureSize } from "../../static/js/call/picture-size.js";

const READING_MS = 500;

/** A picture whose encoder is read every half second. */
class Film {
  size = new PictureSize();
  now = 0;

  /** Let it go on so for a while; returns every scale it came to have. */
  goes({ fps = 30, cameraFps = 30, bitrate = 600_000, qp = 60 }, { ms }) {
    const scales = [];
    for (const end = this.now + ms; this.now < end; this.now += READING_MS) {
      if (this.size.look({ fps, cameraFps, bitrate, qp }, this.now)) scales.push(this.size.scale);
    }
    return scales;
  }
}

const STANDING = { fps: 1, bitrate: 70_000 };
const A_NARROW_LINE = { fps: 25, bitrate: 120_000 };

test("on a fast line the picture keeps its size", () => {
  assert.deepEqual(new Film().goes({}, { ms: 60_000 }), []);
});

test("a picture that no longer moves shrinks within a second, then once more", () => {
  const film = new Film();

  assert.deepEqual(film.goes(STANDING, { ms: 1_000 }), [2]);
  assert.deepEqual(film.goes(STANDING, { ms: 10_000 }), [4]);
});

test("one slow reading changes nothing", () => {
  const film = new Film();

  for (let time = 0; time < 10; time += 1) {
    assert.deepEqual(film.goes(STANDING, { ms: READING_MS }), []);
    assert.deepEqual(film.goes({}, { ms: READING_MS }), []);
  }
});

test("a slow camera does not shrink the picture", () => {
  assert.deepEqual(new Film().goes({ fps: 7, cameraFps: 8, bitrate: 70_000 }, { ms: 30_000 }), []);
});

test("a busy machine on a wide line does not shrink the picture", () => {
  assert.deepEqual(new Film().goes({ fps: 5, bitrate: 400_000 }, { ms: 30_000 }), []);
});

test("a small moving picture keeps its size while the line is narrow", () => {
  const film = new Film();
  film.goes(STANDING, { ms: 1_000 });

  assert.deepEqual(film.goes(A_NARROW_LINE, { ms: 120_000 }), []);
});

test("when the line recovers the picture grows back one size at a time", () => {
  const film = new Film();
  film.goes(STANDING, { ms: 2_000 });

  assert.deepEqual(film.goes({ bitrate: 300_000 }, { ms: 9_000 }), [2, 1]);
});

test("a sharp picture of little bitrate is tried larger", () => {
  const film = new Film();
  film.goes(STANDING, { ms: 1_000 });

  assert.deepEqual(film.goes({ bitrate: 90_000, qp: 12 }, { ms: 5_000 }), [1]);
});

test("a size that failed is tried again after a pause that doubles each time", () => {
  const film = new Film();
  film.goes(STANDING, { ms: 1_000 });
  const waits = [];
  for (let time = 0; time < 6; time += 1) {
    const since = film.now;
    while (!film.goes({ bitrate: 90_000, qp: 12 }, { ms: READING_MS }).length);
    waits.push(Math.round((film.now - since) / 4_000));
    film.goes(STANDING, { ms: 1_000 });
  }

  assert.deepEqual(waits, [1, 2, 4, 8, 16, 16]);
});

test("a size that worked for a while may be tried again at once", () => {
  const film = new Film();
  film.goes(STANDING, { ms: 1_000 });
  film.goes({}, { ms: 20_000 });
  film.goes(STANDING, { ms: 1_000 });

  assert.deepEqual(film.goes({}, { ms: 5_000 }), [1]);
});
