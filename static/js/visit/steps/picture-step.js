// @ts-check
/** Shows people to themselves, and notices when nothing is to be seen. */
import { PictureProbe } from "../../readiness/picture.js";
import { part, phaseOf, setPhase, showVerdict } from "../stage.js";
import { fillChoice } from "./device-choice.js";

export class PictureStep {
  #stage;
  #tools;
  /** @type {PictureProbe | null} */
  #probe = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #gone = false;
  #lost = (/** @type {Event} */ event) => {
    if (/** @type {CustomEvent} */ (event).detail.kind === "camera") void this.#report("lost");
  };
  #chosen = () => void this.#useChosen();

  /**
   * @param {HTMLElement} stage
   * @param {{judge: import("../judge.js").Judge, streams: import("../streams.js").Streams, texts: import("../judge.js").Texts, checks: import("../judge.js").Checks, next: () => void}} tools
   */
  constructor(stage, tools) {
    this.#stage = stage;
    this.#tools = tools;
  }

  connect() {
    this.#tools.streams.addEventListener("lost", this.#lost);
    this.#select?.addEventListener("change", this.#chosen);
    void this.#show();
  }

  disconnect() {
    this.#tools.streams.removeEventListener("lost", this.#lost);
    this.#select?.removeEventListener("change", this.#chosen);
    this.#hide();
  }

  /** @param {string} action */
  act(action) {
    if (action === "seen") {
      const figures = this.#probe?.figures;
      if (figures) void this.#tools.judge.figures("picture", figures);
      this.#tools.next();
    }
    if (action === "retry") void this.#useChosen();
    return action === "seen" || action === "retry";
  }

  get #video() {
    return this.#stage.querySelector("video");
  }

  get #select() {
    return this.#stage.querySelector("select");
  }

  async #show() {
    this.#gone = false;
    showVerdict(this.#stage, null);
    setPhase(this.#stage, "working");
    const track = await this.#tools.streams.regain("camera");
    const video = this.#video;
    if (this.#gone) return;
    if (!track || !video) {
      setPhase(this.#stage, "absent");
      return;
    }
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => {});
    video.closest("[data-state]")?.setAttribute("data-state", "live");
    this.#probe = new PictureProbe(video, this.#tools.checks.picture);
    this.#probe.connect();
    this.#timer = setTimeout(() => void this.#look(), this.#tools.checks.picture.first_report_ms);
    void fillChoice({
      holder: part(this.#stage, "choice"),
      kind: "camera",
      current: track.getSettings().deviceId,
      nameOf: (number) => this.#tools.texts("camera_n", { number }),
    });
  }

  #hide() {
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#probe?.disconnect();
    this.#probe = null;
    if (this.#video) this.#video.srcObject = null;
  }

  async #look() {
    const probe = this.#probe;
    if (probe?.hasNoImage) return this.#report("no_image");
    const figures = probe?.figures;
    if (figures) {
      const verdict = await this.#tools.judge.figures("picture", figures);
      if (probe !== this.#probe) return;
      setPhase(this.#stage, phaseOf(verdict));
      showVerdict(this.#stage, verdict);
      if (verdict.level === "good") return;
    }
    if (probe && probe === this.#probe) {
      this.#timer = setTimeout(() => void this.#look(), this.#tools.checks.picture.report_every_ms);
    }
  }

  async #useChosen() {
    this.#hide();
    const deviceId = this.#select?.value || undefined;
    try {
      await this.#tools.streams.ask("camera", deviceId);
    } catch {
      await this.#report("lost");
      return;
    }
    void this.#show();
  }

  /** @param {string} what */
  async #report(what) {
    this.#hide();
    const verdict = await this.#tools.judge.failure("picture", what);
    setPhase(this.#stage, "failed");
    showVerdict(this.#stage, verdict);
  }
}
