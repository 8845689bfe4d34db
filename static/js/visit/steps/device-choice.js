// @ts-check
/** The list of cameras or microphones, shown when there is a choice. */
import { list, listedAs } from "../../lib/devices.js";

/**
 * Fill a select with the devices there are; hides its holder when there is one or none.
 * @param {object} options
 * @param {HTMLElement | null} options.holder
 * @param {"camera" | "microphone"} options.kind
 * @param {string | undefined} options.current id of the device in use
 * @param {(number: number) => string} options.nameOf for devices that do not say their name
 */
export async function fillChoice({ holder, kind, current, nameOf }) {
  const select = holder?.querySelector("select");
  if (!holder || !select) return;
  const devices = await list(kind).catch(() => []);
  const used = current && (await listedAs(kind, current).catch(() => current));
  const options = devices.map(({ deviceId, label }, place) => {
    return new Option(label || nameOf(place + 1), deviceId, false, deviceId === used);
  });
  select.replaceChildren(...options);
  holder.hidden = devices.length < 2;
}
