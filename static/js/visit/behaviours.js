// @ts-check
/**
 * Loads what brings each step to life, and what several steps share, when it is needed (decision
 * 0062). Modules named in `import()` here are listed in kiosk/citizen/supplies.py too.
 */

/** @typedef {import("./judge.js").Judge} Judge */
/** @typedef {import("./path.js").MakeBehaviour} MakeBehaviour */

/**
 * @typedef {object} Tools What every step may use.
 * @property {import("./judge.js").Texts} texts
 * @property {import("./live.js").Live} live
 * @property {() => void} next
 * @property {(id: string) => void} go
 * @property {() => void} enter
 * @property {Record<string, string>} uses a sentence for each use of the call
 * @property {import("./judge.js").Checks} checks
 * @property {import("./live.js").Addresses} addresses
 */

export class Behaviours {
  #tools;
  /** @type {Judge | null} */
  #judge = null;

  /** @param {Tools} tools */
  constructor(tools) {
    this.#tools = tools;
  }

  /** Makes the behaviour of each step that has one. @type {Record<string, MakeBehaviour>} */
  makers = {
    device: async (stage) => {
      const [{ DeviceStep }, tools] = await Promise.all([import("./steps/device-step.js"), this.#checking()]);
      return new DeviceStep(stage, tools);
    },
    camera: (stage) => this.#permission(stage, "camera"),
    microphone: (stage) => this.#permission(stage, "microphone"),
    picture: async (stage) => {
      const [{ PictureStep }, tools] = await Promise.all([import("./steps/picture-step.js"), this.#filming()]);
      return new PictureStep(stage, tools);
    },
    voice: async (stage) => {
      const [{ VoiceStep }, tools] = await Promise.all([import("./steps/voice-step.js"), this.#filming()]);
      return new VoiceStep(stage, tools);
    },
    sound: async (stage) => {
      const [{ SoundStep }, tools] = await Promise.all([import("./steps/sound-step.js"), this.#checking()]);
      return new SoundStep(stage, tools);
    },
    network: async (stage) => {
      const [{ NetworkStep }, tools] = await Promise.all([import("./steps/network-step.js"), this.#filming()]);
      return new NetworkStep(stage, tools);
    },
    name: async (stage) => new (await import("./steps/name-step.js")).NameStep(stage, this.#tools),
    waiting_room: async (stage) => {
      return new (await import("./steps/waiting-step.js")).WaitingStep(stage, this.#tools);
    },
    call: async (stage) => {
      const [{ CallStep }, tools, prejoin] = await Promise.all([
        import("./steps/call-step.js"),
        this.#filming(),
        this.prejoin(),
      ]);
      return new CallStep(stage, { ...tools, prejoin });
    },
    end: async () => {
      const [{ EndStep }, streams] = await Promise.all([import("./steps/end-step.js"), this.#streams()]);
      return new EndStep({ ...this.#tools, streams });
    },
  };

  /** The judge, when a step has needed one. @returns {Judge | null} */
  get judgeSoFar() {
    return this.#judge;
  }

  judge = once(async () => {
    const { Judge } = await import("./judge.js");
    const { texts, checks, live, addresses } = this.#tools;
    this.#judge = new Judge(texts, checks, live.state.checks, addresses.check);
    return this.#judge;
  });

  /** The connection to the call that is made before somebody enters it. */
  prejoin = once(async () => {
    const { Prejoin } = await import("../call/prejoin.js");
    return new Prejoin(this.#tools.addresses.media);
  });

  #streams = once(async () => new (await import("./streams.js")).Streams(this.#tools.checks));

  async #checking() {
    return { ...this.#tools, judge: await this.judge() };
  }

  async #filming() {
    const [judge, streams] = await Promise.all([this.judge(), this.#streams()]);
    return { ...this.#tools, judge, streams };
  }

  /**
   * @param {HTMLElement} stage
   * @param {import("./streams.js").Kind} kind
   */
  async #permission(stage, kind) {
    const [{ PermissionStep }, tools] = await Promise.all([
      import("./steps/permission-step.js"),
      this.#filming(),
    ]);
    return new PermissionStep(stage, kind, tools);
  }
}

/**
 * What `make` gives, made once; tried again after a failure.
 * @template T
 * @param {() => Promise<T>} make
 * @returns {() => Promise<T>}
 */
export function once(make) {
  /** @type {Promise<T> | null} */
  let made = null;
  return () => {
    made ??= make().catch((error) => {
      made = null;
      throw error;
    });
    return made;
  };
}
