// @ts-check
/** Shows a code in threes while it is typed or pasted, and never fights the caret. */

const DIGITS = 9;

/**
 * @param {string} text
 * @returns {string} its digits, at most nine, in threes
 */
export function inThrees(text) {
  const digits = text.replace(/\D/g, "").slice(0, DIGITS);
  return digits.replace(/(\d{3})(?=\d)/g, "$1 ");
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

  #regroup = () => {
    const { value } = this.#input;
    const grouped = inThrees(value);
    if (grouped === value) {
      return;
    }
    const digitsBefore = value.slice(0, this.#input.selectionStart ?? 0).replace(/\D/g, "").length;
    this.#input.value = grouped;
    if (document.activeElement === this.#input) {
      const caret = inThrees(grouped.replace(/\D/g, "").slice(0, digitsBefore)).length;
      this.#input.setSelectionRange(caret, caret);
    }
  };
}
