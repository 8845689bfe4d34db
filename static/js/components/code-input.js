// @ts-check
/** Shows a code in threes while it is typed or pasted, and never fights the caret. */

const DIGITS = 9;

/** Nothing but digits, and letters that look like them (kiosk/calls/links.py does the same). */
const ONLY_DIGITS = /^(?=.*\p{Nd})[\p{Nd}OoIl|\s.,/_-]*$/su;

/**
 * @param {string} text
 * @returns {string} its decimal digits, of any script, as 0 to 9
 */
export function digitsOf(text) {
  const signs = text.normalize("NFKC");
  const digits = ONLY_DIGITS.test(signs) ? signs.replace(/[Oo]/g, "0").replace(/[Il|]/g, "1") : signs;
  return [...digits].map(digit).join("");
}

/**
 * @param {string} text typed, or pasted with words around the code
 * @returns {string} the code in threes; the text itself when it has more digits than a code, for
 *   the server to read (kiosk/calls/links.py): nothing is cut
 */
export function inThrees(text) {
  const digits = digitsOf(text);
  return digits.length > DIGITS ? text : digits.replace(/(\d{3})(?=\d)/g, "$1 ");
}

/**
 * Unicode holds the ten digits of a script side by side, from zero on.
 *
 * @param {string} sign
 */
function digit(sign) {
  let value = 0;
  let code = sign.codePointAt(0) ?? 0;
  if (!isDigit(code)) return "";
  while (isDigit(--code)) value += 1;
  return String(value % 10);
}

/** @param {number} code */
function isDigit(code) {
  return code >= 0 && /^\p{Nd}$/u.test(String.fromCodePoint(code));
}

export class CodeInput {
  #input;

  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.#input = input;
  }

  connect() {
    this.#input.addEventListener("input", this.#regroup);
    this.#regroup();
  }

  disconnect() {
    this.#input.removeEventListener("input", this.#regroup);
  }

  /** @param {Event} [event] */
  #regroup = (event) => {
    const { value } = this.#input;
    const digits = digitsOf(value);
    // A tenth digit that is typed goes nowhere; what is pasted is never cut.
    const isTyped = event instanceof InputEvent && event.inputType === "insertText";
    const grouped = inThrees(isTyped && digits.length === DIGITS + 1 ? digits.slice(0, DIGITS) : value);
    if (grouped === value) {
      return;
    }
    const digitsBefore = digitsOf(value.slice(0, this.#input.selectionStart ?? 0)).length;
    this.#input.value = grouped;
    if (document.activeElement === this.#input) {
      const caret = inThrees(digitsOf(grouped).slice(0, digitsBefore)).length;
      this.#input.setSelectionRange(caret, caret);
    }
  };
}
