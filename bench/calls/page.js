// @ts-check
/**
 * A call with as little page as possible: `prepare()` opens camera and microphone, the button
 * enters. Where to is said in the address: `?room=…&name=…`, and `&janus=<url>` for Janus.
 */
import { enterJanus } from "./janus.js";
import { enterPlane } from "./plane.js";

/** Bits per second of each person's picture. */
const VIDEO_BITRATE = 1_000_000;

const WHOLE = "h";

const asked = new URLSearchParams(location.search);
const other = /** @type {HTMLVideoElement} */ (document.getElementById("other"));
const shown = new MediaStream();
/** @type {MediaStream} */ let own;

/** Play what a connection receives. @param {RTCPeerConnection} connection */
function show(connection) {
  connection.addEventListener("track", ({ track }) => {
    shown.addTrack(track);
    other.srcObject = shown;
    other.play().catch(() => {});
  });
  return connection;
}

/**
 * Send one picture of the camera's size. Our plane's offer names three, of which two people use `h`
 * alone (docs/signaling.md); Janus and the relay are offered one, without a name.
 *
 * @param {RTCRtpSender | undefined} sender of the picture
 */
async function limit(sender) {
  const parameters = sender?.getParameters();
  if (!sender || !parameters?.encodings?.length) return;
  parameters.degradationPreference = "maintain-resolution";
  for (const encoding of parameters.encodings) {
    encoding.maxBitrate = VIDEO_BITRATE;
    encoding.scaleResolutionDownBy = 1;
    encoding.active = !encoding.rid || encoding.rid === WHOLE;
  }
  await sender.setParameters(parameters);
}

async function enter() {
  const options = { room: asked.get("room") ?? "", name: asked.get("name") ?? "", own, show, limit };
  const janus = asked.get("janus");
  await (janus ? enterJanus({ ...options, url: janus }) : enterPlane(options));
}

Object.assign(window, {
  async prepare() {
    const video = { width: 640, height: 480, frameRate: 30 };
    own = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  },
});
document.getElementById("enter")?.addEventListener("click", enter);
