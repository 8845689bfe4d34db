// @ts-check
/** Moves along the path inside one document (decision 0001): history, focus, and who acts where. */
import { announce } from "../lib/texts.js";
import { postJson } from "../lib/http.js";

/**
 * @typedef {{id: string, path: string, title: string, checks: string[], limit: number, next: string}} StepData
 *
 * The behaviour of one step. `act` receives the `data-action` that was used and returns true when
 * it has handled it; otherwise "next" and "pass" lead to the next step. `stay` is called when the
 * person goes back in the history, and returns true when the step asks them first.
 * @typedef {{connect(): void, disconnect(): void, act?(action: string): boolean, stay?(): boolean}} StepBehaviour
 * @typedef {(stage: HTMLElement, step: StepData) => Promise<StepBehaviour>} MakeBehaviour
 *
 * A step's screen, and its behaviour, which may still be loading.
 * @typedef {{stage: HTMLElement, made: Promise<StepBehaviour | null>}} Ready
 */

/**
 * How long a step is held back until its behaviour is loaded, milliseconds: shown earlier, its parts
 * would move while somebody touches them.
 */
const SHOWN_AFTER_MS = 1000;

/** Steps at the end that are not counted: the good-bye. */
const UNCOUNTED = 1;

/** Events: `step` {step} once shown; `passed` {step} when somebody passes over one. */
export class Path extends EventTarget {
  #holder;
  #steps;
  #makers;
  #fetchStage;
  #reachedUrl;
  #texts;
  /** @type {Map<string, HTMLElement>} */
  #stages = new Map();
  /** @type {Map<string, Promise<Ready>>} steps loaded before somebody goes there */
  #ready = new Map();
  /** @type {StepData} */
  #step;
  /** @type {StepBehaviour | null} */
  #behaviour = null;
  /** Whether the step's behaviour is still loading, and what was touched meanwhile. */
  #coming = false;
  /** @type {HTMLElement | null} */
  #touched = null;
  /** Counted at each move and each step shown: a result with an older number comes too late. */
  #moves = 0;
  #shown = 0;
  #titleEnd = document.title.slice(document.title.lastIndexOf(" – "));

  /**
   * @param {object} options
   * @param {HTMLElement} options.holder where the step is shown
   * @param {StepData[]} options.steps
   * @param {string} options.current id of the step that the server rendered
   * @param {Record<string, MakeBehaviour>} options.makers by step id
   * @param {(id: string) => Promise<HTMLElement>} options.fetchStage gives a step's screen; rejects
   *   when only loading its page can help
   * @param {import("./judge.js").Texts} options.texts
   * @param {string} options.reachedUrl notes the step that is shown
   */
  constructor({ holder, steps, current, makers, fetchStage, texts, reachedUrl }) {
    super();
    this.#reachedUrl = reachedUrl;
    this.#holder = holder;
    this.#steps = steps;
    this.#makers = makers;
    this.#fetchStage = fetchStage;
    this.#texts = texts;
    this.#step = this.#find(current);
  }

  get step() {
    return this.#step;
  }

  connect() {
    const rendered = /** @type {HTMLElement} */ (this.#holder.querySelector("[data-step]"));
    this.#stages.set(this.#step.id, rendered);
    this.#holder.addEventListener("click", this.#clicked);
    this.#holder.addEventListener("submit", this.#submitted);
    window.addEventListener("popstate", this.#popped);
    history.replaceState({ step: this.#step.id }, "");
    // Without its behaviour the server's page still works: its links and forms do by themselves.
    const made = this.#make(this.#step, rendered).catch(() => null);
    const shown = this.#shown;
    this.#coming = this.#step.id in this.#makers;
    void soon(made).then(() => {
      if (shown === this.#shown) void this.#enliven(made);
    });
  }

  disconnect() {
    this.#quit();
    this.#holder.removeEventListener("click", this.#clicked);
    this.#holder.removeEventListener("submit", this.#submitted);
    window.removeEventListener("popstate", this.#popped);
  }

  /**
   * Go to a step; the one shown stays until the other is there, and a later move takes its place.
   * @param {string} id
   * @param {{push?: boolean}} [options] push adds a page to go back to
   */
  async go(id, { push = true } = {}) {
    const step = this.#find(id);
    const move = (this.#moves += 1);
    this.#holder.removeAttribute("aria-busy");
    if (step === this.#step) return;
    this.#holder.setAttribute("aria-busy", "true");
    try {
      const ready = this.#ready.get(id) ?? this.#bring(step);
      this.#ready.delete(id);
      const { stage, made } = await ready;
      if (move === this.#moves) this.#show(step, { stage, made, push });
    } catch {
      // Loading its page loses the camera, which is asked for again, and nothing else.
      if (move === this.#moves) this.#load(step, push);
    }
    if (move === this.#moves) this.#holder.removeAttribute("aria-busy");
  }

  /**
   * Load a step, so that going there waits for nothing.
   * @param {string} id
   */
  prepare(id) {
    const step = this.#find(id);
    if (step === this.#step || this.#ready.has(id)) return;
    const ready = this.#bring(step);
    this.#ready.set(id, ready);
    // Going there tries again.
    ready.catch(() => this.#ready.delete(id));
  }

  /**
   * @param {StepData} step
   * @returns {Promise<Ready>} once there is something to show
   */
  async #bring(step) {
    const stage = this.#stages.get(step.id) ?? (await this.#fetchStage(step.id));
    this.#stages.set(step.id, stage);
    const made = this.#make(step, stage);
    await soon(made);
    return { stage, made };
  }

  /**
   * @param {StepData} step
   * @param {Ready & {push: boolean}} how
   */
  #show(step, { stage, made, push }) {
    this.#quit();
    this.#step = step;
    if (push) history.pushState({ step: step.id }, "", step.path);
    this.#holder.replaceChildren(stage);
    document.title = step.title + this.#titleEnd;
    void this.#enliven(made);
    window.scrollTo(0, 0);
    stage.querySelector("h1")?.focus({ preventScroll: true });
    this.#announce();
    // When this is lost, the next step's report still says where the person is.
    postJson(this.#reachedUrl, { step: step.id }).catch(() => {});
  }

  /** Go to the step after this one. */
  next() {
    if (this.#step.next) void this.go(this.#step.next);
  }

  /** @param {string} id */
  #find(id) {
    const step = this.#steps.find((each) => each.id === id);
    if (!step) throw new RangeError(`no step named ${id}`);
    return step;
  }

  /**
   * @param {StepData} step
   * @param {HTMLElement} stage
   * @returns {Promise<StepBehaviour | null>}
   */
  async #make(step, stage) {
    return (await this.#makers[step.id]?.(stage, step)) ?? null;
  }

  /** @param {Promise<StepBehaviour | null>} made */
  async #enliven(made) {
    const step = this.#step;
    const shown = (this.#shown += 1);
    this.#coming = step.id in this.#makers;
    this.dispatchEvent(new CustomEvent("step", { detail: { step } }));
    try {
      const behaviour = await made;
      // The person has already left this step.
      if (shown !== this.#shown) return;
      this.#coming = false;
      this.#behaviour = behaviour;
      behaviour?.connect();
      this.#useAgain();
    } catch {
      if (shown === this.#shown) this.#load(step, false);
    }
  }

  /**
   * @param {StepData} step
   * @param {boolean} push
   */
  #load(step, push) {
    if (push) location.assign(step.path);
    else location.replace(step.path);
  }

  /** Do now what was asked before the step could answer. */
  #useAgain() {
    const touched = this.#touched;
    this.#touched = null;
    if (touched instanceof HTMLFormElement) touched.requestSubmit();
    else touched?.click();
  }

  #quit() {
    this.#shown += 1;
    this.#coming = false;
    this.#touched = null;
    this.#behaviour?.disconnect();
    this.#behaviour = null;
  }

  #announce() {
    const number = this.#steps.indexOf(this.#step) + 1;
    const total = this.#steps.length - UNCOUNTED;
    const { title } = this.#step;
    announce(number > total ? title : this.#texts("step", { number, total, title }));
  }

  /** @param {MouseEvent} event */
  #clicked = (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    if (!(target instanceof HTMLElement) || target instanceof HTMLFormElement) return;
    // A link opened in another tab stays an ordinary link.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (this.#acted(target.dataset.action ?? "", target)) event.preventDefault();
  };

  /** @param {SubmitEvent} event */
  #submitted = (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.action) return;
    if (this.#acted(form.dataset.action, form)) event.preventDefault();
  };

  /**
   * @param {string} action
   * @param {HTMLElement} touched
   */
  #acted(action, touched) {
    if (action === "pass") {
      this.dispatchEvent(new CustomEvent("passed", { detail: { step: this.#step } }));
    }
    if (this.#behaviour?.act?.(action)) return true;
    if (action === "next" || action === "pass") {
      this.next();
      return true;
    }
    if (this.#coming) this.#touched = touched;
    return this.#coming;
  }

  /** @param {PopStateEvent} event */
  #popped = (event) => {
    const id = event.state?.step;
    if (typeof id !== "string") return;
    if (id !== this.#step.id && this.#behaviour?.stay?.()) {
      history.pushState({ step: this.#step.id }, "", this.#step.path);
      return;
    }
    void this.go(id, { push: false });
  };
}

/**
 * The promise's end, or a moment later.
 * @param {Promise<unknown>} made
 */
function soon(made) {
  return Promise.race([made, new Promise((enough) => setTimeout(enough, SHOWN_AFTER_MS))]);
}
