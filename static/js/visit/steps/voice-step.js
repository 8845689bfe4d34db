// @ts-check
/** Shows people how loud they are heard, and notices silence. */
import { LevelMeter } from "../../components/level-meter.js";
import { NOT_MEASURED } from "../../lib/measured.js";
import { VoiceProbe } from "../../readiness/voice.js";
import { part, setPhase, showVerdict, write } from "../stage.js";
import { fillChoice } from "./device-choice.js";

export class VoiceStep {
  #stage;
  #tools;
  /** @type {VoiceProbe | null} */
  #probe = null;
  /** @type {LevelMeter | null} */
  #meter = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #praised = false;
  #gone = false;
  #chosen = () => void this.#useChosen();
  #lost = (/** @type {Event} */ event) => {
    // Unplugged: any other is tried at once.
    if (/** @type {CustomEvent} */ (event).detail.kind === "microphone") void this.#use(undefined);
  };

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
    void this.#listen();
  }

  disconnect() {
    this.#tools.streams.removeEventListener("lost", this.#lost);
    this.#select?.removeEventListener("change", this.#chosen);
    this.#stop();
  }

  /** @param {string} action */
  act(action) {
    if (action === "moves") {
      if (this.#probe) void this.#tools.judge.figures("voice", this.#probe.figures);
      this.#tools.next();
    }
    if (action === "still") void this.#report();
    if (action === "retry") void this.#useChosen();
    return ["moves", "still", "retry"].includes(action);
  }

  get #select() {
    return this.#stage.querySelector("select");
  }

  async #listen() {
    this.#gone = false;
    showVerdict(this.#stage, null);
    write(this.#stage, "heard", "");
    setPhase(this.#stage, "working");
    const track = await this.#tools.streams.regain("microphone");
    const bar = this.#stage.querySelector("meter");
    if (this.#gone) return;
    if (!track || !bar) {
      setPhase(this.#stage, "absent");
      return;
    }
    this.#praised = false;
    this.#meter = new LevelMeter(bar);
    const { voice } = this.#tools.checks;
    this.#timer = setTimeout(() => this.#noticeSilence(), voice.silent_after_ms);
    this.#probe = new VoiceProbe(
      track,
      voice,
      (level, heardS) => this.#heard(level, heardS),
      () => void this.#fail(NOT_MEASURED),
    );
    this.#probe.connect();
    void fillChoice({
      holder: part(this.#stage, "choice"),
      kind: "microphone",
      current: track.getSettings().deviceId,
      nameOf: (number) => this.#tools.texts("microphone_n", { number }),
    });
  }

  #stop() {
    this.#gone = true;
    clearTimeout(this.#timer);
    this.#probe?.disconnect();
    this.#probe = null;
    this.#meter?.disconnect();
    this.#meter = null;
  }

  /**
   * @param {number} level
   * @param {number} heardS
   */
  #heard(level, heardS) {
    this.#meter?.show(level);
    const isAWord = heardS > this.#tools.checks.voice.figures.heard_s.good;
    if (!isAWord || this.#praised) return;
    this.#praised = true;
    clearTimeout(this.#timer);
    write(this.#stage, "heard", "");
    void this.#praise();
  }

  async #praise() {
    const probe = this.#probe;
    if (!probe) return;
    const verdict = await this.#tools.judge.figures("voice", probe.figures);
    if (probe === this.#probe) showVerdict(this.#stage, verdict);
  }

  #noticeSilence() {
    if (!this.#praised) write(this.#stage, "heard", this.#tools.texts("silent"));
  }

  #useChosen() {
    return this.#use(this.#select?.value || undefined);
  }

  /** @param {string | undefined} deviceId */
  async #use(deviceId) {
    this.#stop();
    try {
      await this.#tools.streams.ask("microphone", deviceId);
    } catch {
      await this.#fail("lost");
      return;
    }
    void this.#listen();
  }

  async #report() {
    await this.#fail("unmoved");
  }

  /** @param {string} what */
  async #fail(what) {
    clearTimeout(this.#timer);
    const verdict = await this.#tools.judge.failure("voice", what);
    write(this.#stage, "heard", "");
    setPhase(this.#stage, what === NOT_MEASURED ? "unmeasured" : "failed");
    showVerdict(this.#stage, verdict);
  }
}
