/** Installed before a page's own scripts; see reception.py. `detour` is [host, port] or null. */
(detour) => {
  const SILENT_DB = -45;
  const LISTEN_EVERY_MS = 200;
  const STEP_S = 0.01;
  const connections = [];
  const remote = new WeakSet();
  const now = () => performance.timeOrigin + performance.now();

  class Eye {
    constructor() {
      this.begin();
    }

    begin() {
      this.lastAt = now();
      this.longest = 0;
    }

    watch(video) {
      const shown = () => {
        reception.firstFrameAt ??= now();
        this.longest = Math.max(this.longest, now() - this.lastAt);
        this.lastAt = now();
        video.requestVideoFrameCallback(shown);
      };
      video.requestVideoFrameCallback(shown);
    }

    get longestS() {
      return Math.max(this.longest, now() - this.lastAt) / 1000;
    }
  }

  class Ear {
    #context = new AudioContext();
    #ear = new AnalyserNode(this.#context, { fftSize: 32768 });
    #heard = new Float32Array(this.#ear.fftSize);
    #until = 0;
    #silent = 0;

    constructor() {
      this.begin();
      setInterval(() => this.#listen(), LISTEN_EVERY_MS);
    }

    begin() {
      this.#until = this.#context.currentTime;
      this.#silent = this.longestS = 0;
    }

    follow(track) {
      const mediaStream = new MediaStream([track]);
      new MediaStreamAudioSourceNode(this.#context, { mediaStream }).connect(this.#ear);
    }

    #listen() {
      this.#ear.getFloatTimeDomainData(this.#heard);
      const { sampleRate, currentTime } = this.#context;
      const fresh = Math.round((currentTime - this.#until) * sampleRate);
      this.#until = currentTime;
      const step = Math.round(STEP_S * sampleRate);
      const begin = Math.max(0, this.#heard.length - fresh);
      for (let at = begin; at + step <= this.#heard.length; at += step) {
        const energy = this.#heard.subarray(at, at + step).reduce((sum, x) => sum + x * x, 0);
        const silent = 10 * Math.log10(energy / step + 1e-12) < SILENT_DB;
        if (!silent) reception.firstSoundAt ??= now();
        this.#silent = silent ? this.#silent + STEP_S : 0;
        this.longestS = Math.max(this.longestS, this.#silent);
      }
    }
  }

  const counted = async () => {
    const sum = { at: now(), frames: 0, freezes: 0, frozen: 0, packets: 0, samples: 0, concealed: 0 };
    const size = { width: 0, height: 0 };
    for (const connection of connections) {
      if (connection.connectionState === "closed") continue;
      (await connection.getStats()).forEach((stat) => {
        if (stat.type !== "inbound-rtp") return;
        sum.packets += stat.packetsReceived;
        sum.samples += stat.totalSamplesReceived ?? 0;
        sum.concealed += stat.concealedSamples ?? 0;
        sum.frames += stat.framesDecoded ?? 0;
        sum.freezes += stat.freezeCount ?? 0;
        sum.frozen += stat.totalFreezesDuration ?? 0;
        if (stat.frameWidth) Object.assign(size, { width: stat.frameWidth, height: stat.frameHeight });
      });
    }
    return { sum, size };
  };

  /** @type {Ear | undefined} */ let ear;
  /** @type {Record<string, number>} */ let before;
  const eye = new Eye();
  const reception = (window.reception = {
    connections,
    firstFrameAt: null,
    firstSoundAt: null,
    offersMs: [],
    clickedAt: 0,

    get clickToFrame() {
      return this.firstFrameAt && this.firstFrameAt - this.clickedAt;
    },

    async begin() {
      if (!ear) {
        ear = new Ear();
        for (const connection of connections) {
          for (const { track } of connection.getReceivers()) if (track.kind === "audio") ear.follow(track);
        }
      }
      before = (await counted()).sum;
      eye.begin();
      ear.begin();
    },

    async sum() {
      const { sum, size } = await counted();
      const since = Object.fromEntries(Object.keys(sum).map((key) => [key, sum[key] - before[key]]));
      return {
        seconds: since.at / 1000,
        frames: since.frames,
        freezes: since.freezes,
        frozen: since.frozen,
        longest_picture: eye.longestS,
        longest_silence: ear.longestS,
        concealed: since.concealed / Math.max(1, since.samples),
        packets: since.packets,
        ...size,
      };
    },
  });

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      connections.push(this);
      reception.firstFrameAt = reception.firstSoundAt = null;
      this.addEventListener("track", ({ track }) => {
        remote.add(track);
        if (track.kind === "audio") ear?.follow(track);
      });
    }

    // Times each later offer, from its coming over the control channel to its answer's leaving.
    createDataChannel(...given) {
      const channel = super.createDataChannel(...given);
      const send = channel.send.bind(channel);
      let cameAt = 0;
      channel.addEventListener("message", ({ data }) => {
        if (JSON.parse(data).type === "offer") cameAt = now();
      });
      channel.send = (data) => {
        send(data);
        if (JSON.parse(data).type === "answer") reception.offersMs.push(now() - cameAt);
      };
      return channel;
    }

    setRemoteDescription(description) {
      if (!detour) return super.setRemoteDescription(description);
      const sdp = description.sdp.replace(
        /^(a=candidate:\S+ 1 udp \d+) \S+ \d+ typ host/gim,
        `$1 ${detour.join(" ")} typ host`,
      );
      return super.setRemoteDescription({ type: description.type, sdp });
    }
  };

  addEventListener("click", () => (reception.clickedAt = now()), true);

  const play = HTMLVideoElement.prototype.play;
  const watched = new WeakSet();
  HTMLVideoElement.prototype.play = function () {
    const shows = this.srcObject?.getVideoTracks().some((track) => remote.has(track));
    if (shows && !watched.has(this)) {
      watched.add(this);
      eye.watch(this);
    }
    return play.call(this);
  };
}
