// @ts-check
/**
 * Fetches the steps that a page does not hold (decision 0062), with their sheets and scripts. What
 * was fetched is kept; what failed is tried again.
 */
import { REDIRECTED, RequestError, getText } from "../lib/http.js";

/** Pauses before another try, milliseconds; after the last one the page is loaded instead. */
const AGAIN_AFTER_MS = [500, 1000, 2000, 4000];

/** A fetch that takes longer is given up and tried again. */
const ANSWER_WITHIN_MS = 10_000;

export class Rest {
  #stepsUrl;
  #cutOff;
  #isCutOff = false;
  /** @type {Map<string, Promise<any>>} under way or done, by address */
  #fetched = new Map();

  /**
   * @param {string} stepsUrl answers the screens of all steps
   * @param {(isCutOff: boolean) => void} cutOff called when a request fails, and when one works again
   */
  constructor(stepsUrl, cutOff) {
    this.#stepsUrl = stepsUrl;
    this.#cutOff = cutOff;
  }

  /**
   * A step's screen, ready to be shown: its sheet is there.
   * @param {string} id
   * @returns {Promise<HTMLElement>}
   * @throws when only loading the page of this step can help
   */
  async stage(id) {
    const template = await this.#template(id);
    const { sheet } = template.dataset;
    if (sheet) await this.#dressed(sheet);
    const made = template.content.querySelector("[data-step]");
    if (!(made instanceof Element)) throw new RangeError(`no screen for ${id}`);
    const stage = /** @type {HTMLElement} */ (document.importNode(made, true));
    // Parsed where no script runs, these would be words like any others.
    for (const words of stage.querySelectorAll("noscript")) words.remove();
    return stage;
  }

  /**
   * Bring a step's scripts into the browser's cache: an import that fails for want of a network
   * cannot be tried again in every browser, a fetch can.
   * @param {string} id
   */
  async supply(id) {
    const { scripts = "" } = (await this.#template(id)).dataset;
    const addresses = scripts.split(" ").filter(Boolean);
    await Promise.all(addresses.map((address) => this.#get(address)));
  }

  /**
   * Fetch a step before it is needed; what fails now is fetched again when it is.
   * @param {string} id
   */
  async prepare(id) {
    await Promise.all([this.stage(id), this.supply(id)]).catch(() => {});
  }

  /**
   * @param {string} id
   * @returns {Promise<HTMLTemplateElement>}
   */
  async #template(id) {
    const steps = await this.#once("steps", async () => {
      const words = await this.#get(this.#stepsUrl);
      return new DOMParser().parseFromString(words, "text/html");
    });
    const template = steps.getElementById(`step-${id}`);
    // Parsed apart, a template is nonetheless of this document's classes.
    if (!(template instanceof HTMLTemplateElement)) throw new RangeError(`no step named ${id}`);
    return template;
  }

  /** @param {string} address of a sheet */
  #dressed(address) {
    return this.#once(`sheet ${address}`, async () => {
      if (document.head.querySelector(`link[rel="stylesheet"][href="${address}"]`)) return;
      await this.#get(address);
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
      await new Promise((settled) => {
        link.addEventListener("load", settled);
        link.addEventListener("error", settled);
        document.head.append(link);
      });
    });
  }

  /** @param {string} address */
  #get(address) {
    return this.#once(address, () => this.#ask(address));
  }

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} make
   * @returns {Promise<T>}
   */
  #once(key, make) {
    let made = this.#fetched.get(key);
    if (!made) {
      made = make();
      this.#fetched.set(key, made);
      made.catch(() => this.#fetched.delete(key));
    }
    return made;
  }

  /** @param {string} address */
  async #ask(address) {
    for (let tries = 0; ; tries += 1) {
      const { words, error } = await read(address);
      this.#report(error?.status === 0);
      if (!error) return words;
      // Offline, another page would be the browser's own, which has no step to show.
      const isLast = tries >= AGAIN_AFTER_MS.length && navigator.onLine;
      if (error.isRefusal || error.code === REDIRECTED || isLast) throw error;
      await pause(AGAIN_AFTER_MS[Math.min(tries, AGAIN_AFTER_MS.length - 1)]);
    }
  }

  /** @param {boolean} isCutOff */
  #report(isCutOff) {
    if (isCutOff === this.#isCutOff) return;
    this.#isCutOff = isCutOff;
    this.#cutOff(isCutOff);
  }
}

/**
 * @param {string} address
 * @returns {Promise<{words: string, error: RequestError | null}>}
 */
async function read(address) {
  try {
    return { words: await getText(address, { withinMs: ANSWER_WITHIN_MS }), error: null };
  } catch (error) {
    if (error instanceof RequestError) return { words: "", error };
    throw error;
  }
}

/**
 * Resolves after so many milliseconds, or when the network is back.
 * @param {number} ms
 */
function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    window.addEventListener("online", () => (clearTimeout(timer), resolve(null)), { once: true });
  });
}
