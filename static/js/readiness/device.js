// @ts-check
/**
 * The device check (kiosk/readiness/checks/device.py): which device, browser and system this is,
 * from what they say of themselves, and whether they will do. No DOM.
 */

/**
 * @typedef {"computer" | "phone" | "tablet" | "unknown"} DeviceKind
 * @typedef {object} Device
 * @property {DeviceKind} kind
 * @property {string} browser name and major version, as people know them
 * @property {string} system
 * @property {string} family chrome, firefox, safari, samsung or other: whose menus it has
 * @property {string} platform windows, mac, linux, ios, android or other
 * @property {string | null} problem in_app, unsupported, insecure or outdated
 */

/** Applications that show pages inside themselves, where cameras often do not work. */
const IN_APP =
  /\b(FBAN|FBAV|FB_IAB|Messenger|Instagram|LinkedInApp|Snapchat|WhatsApp|Twitter|GSA|Teams|Outlook|OutlookMobile|YJApp|Line|MicroMessenger)\b/i;

/** @type {[string, RegExp, string][]} our name, how the user agent names it, how people call it; order matters */
const BROWSERS = [
  ["edge", /\bEdg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  ["samsung", /\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  ["opera", /\bOPR\/(\d+)/, "Opera"],
  ["firefox", /\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  ["chrome", /\b(?:Chrome|HeadlessChrome|CriOS|Chromium)\/(\d+)/, "Chrome"],
  ["safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari/, "Safari"],
];

/**
 * @param {object} facts
 * @param {string} facts.userAgent
 * @param {number} [facts.touchPoints] an iPad says it is a Mac, but a Mac has no touch screen
 * @param {boolean} [facts.secure] whether cameras may be asked for at this address
 * @param {boolean} [facts.canCall] whether the browser has what a call needs
 * @param {Record<string, number>} [facts.oldest] the first version of each browser with everything
 *   a call needs (readiness/checks/device.py)
 * @returns {Device}
 */
export function describe({ userAgent, touchPoints = 0, secure = true, canCall = true, oldest = {} }) {
  const { platform, system, kind } = systemOf(userAgent, touchPoints);
  const found = BROWSERS.find(([, pattern]) => pattern.test(userAgent));
  const [name, pattern, title] = found ?? ["other", /$^/, ""];
  const version = Number(pattern.exec(userAgent)?.[1] ?? 0);
  return {
    kind,
    browser: found ? `${title} ${version}` : title,
    system,
    family: familyOf(name, platform),
    platform,
    problem: problemOf({ userAgent, platform, secure, canCall, isOld: version < (oldest[name] ?? 0), name }),
  };
}

/**
 * Describe the browser this runs in.
 * @param {Record<string, number>} [oldest] as for {@link describe}
 * @returns {Device}
 */
export function describeThis(oldest) {
  return describe({
    oldest,
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    secure: window.isSecureContext,
    canCall: "RTCPeerConnection" in window && Boolean(navigator.mediaDevices?.getUserMedia),
  });
}

/**
 * Which list of instructions undoes this refusal here (templates/citizen/recovery.html).
 * @param {Pick<Device, "family" | "platform">} device
 * @param {boolean} bySystem whether the system refuses, not the browser
 */
export function recoveryFor({ family, platform }, bySystem) {
  if (bySystem) return ["windows", "mac", "android", "ios"].includes(platform) ? `system-${platform}` : "system-other";
  if (platform === "ios") return family === "safari" ? "safari-ios" : "chrome-ios";
  if (family === "samsung") return "samsung";
  if (platform === "android") return "chrome-android";
  if (family === "safari") return "safari-mac";
  return family === "chrome" || family === "firefox" ? family : "other";
}

/**
 * @param {string} userAgent
 * @param {number} touchPoints
 * @returns {{platform: string, system: string, kind: DeviceKind}}
 */
function systemOf(userAgent, touchPoints) {
  if (/iPhone|iPod/.test(userAgent)) return { platform: "ios", system: "iPhone", kind: "phone" };
  if (/iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) {
    return { platform: "ios", system: "iPad", kind: "tablet" };
  }
  if (/Android/.test(userAgent)) {
    const version = /Android (\d+)/.exec(userAgent)?.[1];
    const kind = /Mobile/.test(userAgent) ? "phone" : "tablet";
    return { platform: "android", system: version ? `Android ${version}` : "Android", kind };
  }
  if (/Windows/.test(userAgent)) return { platform: "windows", system: "Windows", kind: "computer" };
  if (/Macintosh/.test(userAgent)) return { platform: "mac", system: "Mac", kind: "computer" };
  if (/CrOS/.test(userAgent)) return { platform: "other", system: "ChromeOS", kind: "computer" };
  if (/Linux/.test(userAgent)) return { platform: "linux", system: "Linux", kind: "computer" };
  return { platform: "other", system: "", kind: "unknown" };
}

/**
 * @param {string} name
 * @param {string} platform
 */
function familyOf(name, platform) {
  if (name === "samsung" || name === "firefox" || name === "safari") return name;
  if (name === "other") return "other";
  // Edge, Opera and Chrome share their menus, except on iPhones, where each has its own.
  return platform === "ios" ? "other" : "chrome";
}

/** @param {{userAgent: string, name: string, isOld: boolean, platform: string, secure: boolean, canCall: boolean}} facts */
function problemOf({ userAgent, name, isOld, platform, secure, canCall }) {
  const webView = /; wv\)/.test(userAgent);
  const bareIos = platform === "ios" && !/Safari\//.test(userAgent);
  if (IN_APP.test(userAgent) || webView || bareIos) return "in_app";
  if (!secure) return "insecure";
  if (!canCall) return "unsupported";
  // On iPhones every browser is Safari inside: its own number says nothing of that.
  if (platform === "ios" && name !== "safari") return null;
  return isOld ? "outdated" : null;
}
