// @ts-check
/**
 * Cameras and microphones: asked for one at a time, and every refusal turned into one of our codes.
 * No DOM here; what to say for a code belongs to the page.
 *
 * Codes: `media.insecure`, and for both kinds `<kind>.denied`, `.blocked_by_system`, `.missing`,
 * `.in_use`, `.timeout`, `.failed` with kind `camera` or `microphone`.
 */

/** @typedef {"camera" | "microphone"} DeviceKind */

/**
 * What may be wished of a device.
 * @typedef {object} DeviceWish
 * @property {string} [deviceId] exactly this one; when it is gone, any other is taken
 * @property {"user" | "environment"} [facing] which side of a phone
 * @property {number} [timeoutMs] how long a person may take to answer the browser's question
 * @property {MediaDevices} [mediaDevices] stands in for the browser's own in tests
 */

/** A question on screen may be read slowly; after that we say that nothing was answered. */
export const ANSWER_WITHIN_MS = 60_000;

const MISSING = new Set(["NotFoundError", "DevicesNotFoundError", "OverconstrainedError"]);
const IN_USE = new Set(["NotReadableError", "TrackStartError", "AbortError"]);
const DENIED = new Set(["NotAllowedError", "PermissionDeniedError", "SecurityError"]);

/** Why a device could not be had; `code` is one of ours. */
export class DeviceError extends Error {
  /**
   * @param {string} code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(code, { cause });
    this.name = "DeviceError";
    this.code = code;
  }
}

/**
 * Ask for one camera or microphone and return its track.
 *
 * @param {DeviceKind} kind
 * @param {DeviceWish} [wish]
 * @returns {Promise<MediaStreamTrack>}
 * @throws {DeviceError}
 */
export async function acquire(kind, wish = {}) {
  const mediaDevices = wish.mediaDevices ?? globalThis.navigator?.mediaDevices;
  if (!mediaDevices?.getUserMedia) throw new DeviceError("media.insecure");
  try {
    return await ask(mediaDevices, kind, wish);
  } catch (error) {
    const gone = nameOf(error) === "OverconstrainedError" && (wish.deviceId || wish.facing);
    if (!gone) throw asDeviceError(kind, error);
  }
  try {
    return await ask(mediaDevices, kind, { ...wish, deviceId: undefined, facing: undefined });
  } catch (error) {
    throw asDeviceError(kind, error);
  }
}

/**
 * Return the code for what `getUserMedia` threw. Chrome and Edge say "by system" when Windows or
 * macOS holds the device back; the recovery is another one than for a refusal on the page.
 *
 * @param {DeviceKind} kind
 * @param {unknown} error
 * @returns {string}
 */
export function codeFor(kind, error) {
  if (error instanceof DeviceError) return error.code;
  const name = nameOf(error);
  const message = error instanceof Error ? error.message : "";
  if (DENIED.has(name)) {
    return /system/i.test(message) ? `${kind}.blocked_by_system` : `${kind}.denied`;
  }
  if (MISSING.has(name)) return `${kind}.missing`;
  if (IN_USE.has(name)) return `${kind}.in_use`;
  return `${kind}.failed`;
}

/** Chrome lists the system's choices once more under these ids; Windows has both. */
const ALIASES = new Set(["default", "communications"]);

/**
 * List the devices of one kind, each once. Names are empty until a permission was given.
 *
 * @param {"camera" | "microphone" | "speaker"} kind
 * @param {MediaDevices} [mediaDevices]
 * @returns {Promise<{deviceId: string, label: string}[]>}
 */
export async function list(kind, mediaDevices = globalThis.navigator?.mediaDevices) {
  const found = await everyEntry(kind, mediaDevices);
  const devices = found.filter(({ deviceId }) => !ALIASES.has(deviceId));
  return (devices.length ? devices : found).map(({ deviceId, label }) => ({ deviceId, label }));
}

/**
 * Return the id under which {@link list} has the device that a browser names by this id.
 *
 * @param {"camera" | "microphone" | "speaker"} kind
 * @param {string} deviceId
 * @param {MediaDevices} [mediaDevices]
 * @returns {Promise<string>}
 */
export async function listedAs(kind, deviceId, mediaDevices = globalThis.navigator?.mediaDevices) {
  if (!ALIASES.has(deviceId)) return deviceId;
  const found = await everyEntry(kind, mediaDevices);
  const alias = found.find((device) => device.deviceId === deviceId);
  const others = found.filter((device) => !ALIASES.has(device.deviceId));
  // One group is one piece of hardware, which may have several microphones: then the name decides.
  const same = others.filter((device) => device.groupId === alias?.groupId);
  const named = same.find((device) => alias?.label.endsWith(device.label));
  return (named ?? same[0])?.deviceId ?? deviceId;
}

/**
 * @param {"camera" | "microphone" | "speaker"} kind
 * @param {MediaDevices | undefined} mediaDevices
 */
async function everyEntry(kind, mediaDevices) {
  const wanted = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" }[kind];
  const found = (await mediaDevices?.enumerateDevices?.()) ?? [];
  return found.filter((device) => device.kind === wanted && device.deviceId);
}

/**
 * Return what to ask the browser for. Speech and a face: more costs data and changes nothing.
 *
 * @param {DeviceKind} kind
 * @param {DeviceWish} wish
 * @returns {MediaStreamConstraints}
 */
export function constraints(kind, wish = {}) {
  const chosen = wish.deviceId ? { deviceId: { exact: wish.deviceId } } : {};
  if (kind === "microphone") {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return { audio: { ...audio, ...chosen } };
  }
  const size = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 30, max: 30 } };
  const side = wish.deviceId ? {} : { facingMode: wish.facing ?? "user" };
  return { video: { ...size, ...side, ...chosen } };
}

/**
 * @param {MediaDevices} mediaDevices
 * @param {DeviceKind} kind
 * @param {DeviceWish} wish
 * @returns {Promise<MediaStreamTrack>}
 */
async function ask(mediaDevices, kind, wish) {
  const asked = mediaDevices.getUserMedia(constraints(kind, wish));
  let late = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const timeout = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new DeviceError(`${kind}.timeout`));
    }, wish.timeoutMs ?? ANSWER_WITHIN_MS);
  });
  // Somebody who says yes after we gave up must not be filmed by a page that forgot it asked.
  asked.then((stream) => late && stream.getTracks().forEach((track) => track.stop())).catch(() => {});
  try {
    const stream = await Promise.race([asked, /** @type {Promise<never>} */ (timeout)]);
    return stream.getTracks()[0];
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {DeviceKind} kind
 * @param {unknown} error
 */
function asDeviceError(kind, error) {
  return error instanceof DeviceError ? error : new DeviceError(codeFor(kind, error), error);
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}
