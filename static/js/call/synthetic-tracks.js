// @ts-check
const WIDTH = 320;
const HEIGHT = 180;
const PICTURES_PER_SECOND = 15;
const BLOCK = 4;
const TONE_HZ = 440;

/**
 * A drawn picture and a tone, to send where no camera or microphone is given. The picture is
 * coloured noise, which an encoder cannot compress: it uses all of the bitrate limit.
 */
export class SyntheticTracks {
  #canvas = document.createElement("canvas");
  #noise = new ImageData(WIDTH / BLOCK, HEIGHT / BLOCK);
  #small = document.createElement("canvas");
  #sound = new AudioContext();
  #tone = this.#sound.createOscillator();
  /** @type {ReturnType<typeof setInterval>} */ #drawing;

  constructor() {
    Object.assign(this.#canvas, { width: WIDTH, height: HEIGHT });
    Object.assign(this.#small, { width: this.#noise.width, height: this.#noise.height });
    this.#draw();
    // A timer and not an animation frame: a page in another tab is measured as well.
    this.#drawing = setInterval(() => this.#draw(), 1000 / PICTURES_PER_SECOND);
    const destination = this.#sound.createMediaStreamDestination();
    this.#tone.frequency.value = TONE_HZ;
    this.#tone.connect(destination);
    this.#tone.start();
    this.tracks = {
      audio: destination.stream.getAudioTracks()[0],
      video: this.#canvas.captureStream(PICTURES_PER_SECOND).getVideoTracks()[0],
    };
  }

  stop() {
    clearInterval(this.#drawing);
    this.tracks.audio.stop();
    this.tracks.video.stop();
    this.#sound.close().catch(() => {});
  }

  #draw() {
    const { data } = this.#noise;
    for (let at = 0; at < data.length; at += 1) data[at] = at % 4 === 3 ? 255 : Math.random() * 255;
    this.#small.getContext("2d")?.putImageData(this.#noise, 0, 0);
    this.#canvas.getContext("2d")?.drawImage(this.#small, 0, 0, WIDTH, HEIGHT);
  }
}
