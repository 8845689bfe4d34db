// @ts-check
/**
 * Where the server offers (docs/signaling.md): our own plane, and the relay that decodes.
 *
 * @typedef {object} Seat
 * @property {string} room
 * @property {string} name
 * @property {MediaStream} own
 * @property {(connection: RTCPeerConnection) => RTCPeerConnection} show
 * @property {(sender: RTCRtpSender | undefined) => Promise<void>} limit
 */

/** @param {Seat} seat */
export async function enterPlane({ room, name, own, show, limit }) {
  const connection = show(new RTCPeerConnection({ bundlePolicy: "max-bundle" }));
  const { peer, sdp } = await post("offer", { room, participant: name });
  connection.createDataChannel("control", { negotiated: true, id: 0 });
  await connection.setRemoteDescription({ type: "offer", sdp });
  for (const track of own.getTracks()) {
    const all = connection.getTransceivers();
    const place = all.find((one) => one.receiver.track.kind === track.kind);
    if (!place) throw new Error(`the offer has no ${track.kind}`);
    place.direction = "sendrecv";
    await place.sender.replaceTrack(track);
  }
  await connection.setLocalDescription();
  await limit(connection.getSenders().find((sender) => sender.track?.kind === "video"));
  await post("answer", { peer, sdp: connection.localDescription?.sdp });
}

/**
 * @param {string} url
 * @param {object} body
 */
async function post(url, body) {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}
