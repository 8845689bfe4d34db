import assert from "node:assert/strict";
import { test } from "node:test";

import { digitsOf, inThrees } from "../../static/js/components/code-input.js";

test("a code is shown in threes, whatever stands around it", () => {
  assert.equal(inThrees("563254373"), "563 254 373");
  assert.equal(inThrees("5632"), "563 2");
  assert.equal(inThrees("Code : 563 254 373"), "563 254 373");
  assert.equal(inThrees("563.254.373"), "563 254 373");
});

test("digits of any script are digits", () => {
  assert.equal(inThrees("٥٦٣٢٥٤٣٧٣"), "563 254 373");
  assert.equal(inThrees("５６３２５４３７３"), "563 254 373");
  for (const zero of [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10, 0x1d7ce, 0x1d7f6]) {
    const ten = Array.from({ length: 10 }, (_, value) => String.fromCodePoint(zero + value)).join("");
    assert.equal(digitsOf(ten), "0123456789");
  }
});

test("nothing is cut: too many digits stay for the server to read", () => {
  const pasted = "Rendez-vous à 14 h 30. Code : 563 254 373";

  assert.equal(inThrees(pasted), pasted);
});

test("letters that look like digits are digits where nothing else is written", () => {
  assert.equal(inThrees("1O9 84l 9O4"), "109 841 904");
  assert.equal(inThrees("Code 563 254 373"), "563 254 373");
  assert.equal(inThrees("o"), "");
});
