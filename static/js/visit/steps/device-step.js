// @ts-check
/** Names the device, browser and system, and says whether they will do. */
import { postJson } from "../../lib/http.js";
import { CopyField } from "../../components/copy-field.js";
import { describeThis } from "../../readiness/device.js";
import { part, setPhase, showVerdict, write } from "../stage.js";

export class DeviceStep {
  #stage;
  #judge;
  #texts;
  #oldest;
  #url;
  /** @type {CopyField | null} */
  #copy = null;

  /**
   * @param {HTMLElement} stage
   * @param {{judge: import("../judge.js").Judge, texts: import("../judge.js").Texts, checks: import("../judge.js").Checks, addresses: import("../live.js").Addresses}} tools
   */
  constructor(stage, { judge, texts, checks, addresses }) {
    this.#stage = stage;
    this.#judge = judge;
    this.#texts = texts;
    this.#oldest = checks.device.oldest;
    this.#url = addresses.device;
  }

  connect() {
    const device = describeThis(this.#oldest);
    write(this.#stage, "device-kind", this.#texts(device.kind));
    write(this.#stage, "device-system", device.system || this.#texts("unnamed"));
    write(this.#stage, "device-browser", device.browser || this.#texts("unnamed"));
    const facts = part(this.#stage, "device");
    if (facts) facts.hidden = false;
    const advice = part(this.#stage, "phone-advice");
    if (advice) advice.hidden = device.kind !== "phone";
    const link = this.#stage.querySelector('[data-module="copy-field"]');
    if (link instanceof HTMLElement) {
      this.#copy = new CopyField(link);
      this.#copy.connect();
    }
    void this.#report(device);
  }

  disconnect() {
    this.#copy?.disconnect();
  }

  /** @param {import("../../readiness/device.js").Device} device */
  async #report(device) {
    const { kind, browser, system, problem } = device;
    setPhase(this.#stage, problem ?? "good");
    postJson(this.#url, { kind, browser, system }).catch(() => {});
    const verdict = problem
      ? await this.#judge.failure("device", problem)
      : await this.#judge.figures("device", {});
    showVerdict(this.#stage, verdict);
  }
}
