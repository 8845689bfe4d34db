"""Writes the SDP answer of a browser to the server's offer."""

from __future__ import annotations

from aiortc import RTCCertificate
from aiortc.sdp import SessionDescription


def answer_to(
    offer: SessionDescription, certificate: RTCCertificate, setup: str, layers: tuple[str, ...] = ()
) -> str:
    """Write a browser's answer to ``offer``."""
    fingerprint = next(f for f in certificate.getFingerprints() if f.algorithm == "sha-256")
    mids = [media.rtp.muxId for media in offer.media]
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(mids))
    for media in offer.media:
        formats = " ".join(str(fmt) for fmt in media.fmt)
        lines += [f"m={media.kind} 9 {media.profile} {formats}", "c=IN IP4 0.0.0.0"]
        lines += ["a=ice-ufrag:mine", "a=ice-pwd:" + 24 * "m", f"a=mid:{media.rtp.muxId}"]
        lines += [f"a=fingerprint:sha-256 {fingerprint.value}", f"a=setup:{setup}"]
        if media.kind == "application":
            lines += ["a=sctp-port:5000", "a=max-message-size:65536"]
        else:
            lines += ["a=rtcp-mux", "a=sendrecv" if media.direction == "sendrecv" else "a=recvonly"]
            codec = media.rtp.codecs[0]
            lines.append(f"a=rtpmap:{codec.payloadType} {codec}")
        if media.rtp.muxId == "1" and layers:
            lines += [*(f"a=rid:{rid} send" for rid in layers)]
            lines.append("a=simulcast:send " + ";".join(layers))
    return "\r\n".join(lines) + "\r\n"
