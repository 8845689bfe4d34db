// @ts-check
/** Asks for the card and says that it is being made: a PDF takes a second or two. */
import { getFile } from "../lib/http.js";

/** The server gives a document up before that, milliseconds. */
const PRINTED_WITHIN_MS = 60_000;

export class PrintCard {
  #link;
  #status = /** @type {HTMLElement} */ (document.querySelector("[data-print-status]"));
  #ready = /** @type {HTMLElement} */ (document.querySelector("[data-print-ready]"));
  #address = "";

  /** @param {HTMLAnchorElement} link */
  constructor(link) {
    this.#link = link;
  }

  connect() {
    this.#link.addEventListener("click", this.#print);
  }

  disconnect() {
    this.#link.removeEventListener("click", this.#print);
    URL.revokeObjectURL(this.#address);
  }

  #print = async (/** @type {MouseEvent} */ event) => {
    // With a modifier the browser does what the person asked of it.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.#link.getAttribute("aria-busy") === "true") return;
    this.#busy(true);
    try {
      await this.#open();
    } catch {
      // The plain link shows the server's own page about what went wrong.
      location.assign(this.#link.href);
    } finally {
      this.#busy(false);
    }
  };

  async #open() {
    const card = await getFile(this.#link.href, "application/pdf", { withinMs: PRINTED_WITHIN_MS });
    URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(card);
    // A browser may refuse a page opened this long after the click: the link stays to be pressed.
    const link = /** @type {HTMLAnchorElement} */ (this.#ready.querySelector("a"));
    link.href = this.#address;
    this.#ready.hidden = false;
    window.open(this.#address, "_blank");
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#link.setAttribute("aria-busy", String(busy));
    this.#status.hidden = !busy;
    if (busy) this.#ready.hidden = true;
  }
}
