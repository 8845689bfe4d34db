"""The SDP of a participant without a browser: its offer to Janus, its answers to both servers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from aiortc import RTCCertificate, RTCDtlsParameters, RTCIceCandidate, RTCIceParameters
from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.sdp import SessionDescription

# The payload types and extension ids of our plane, because both servers get the same packets.
_OFFER = """v=0
o=- 1 1 IN IP4 {address}
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
{transport}
a=mid:0
a=sendonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=ssrc:{audio_ssrc} cname:load
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
{transport}
a=mid:1
a=sendonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 goog-remb
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=ssrc:{video_ssrc} cname:load
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A participant's address, credentials and fingerprint."""

    address: str
    port: int
    ufrag: str
    password: str
    fingerprint: RTCDtlsFingerprint


def offer(endpoint: Endpoint, audio_ssrc: int, video_ssrc: int) -> str:
    """Return an offer to send sound and picture and receive nothing, as the DTLS client."""
    candidate = f"a=candidate:1 1 udp 2130706431 {endpoint.address} {endpoint.port} typ host"
    fingerprint = endpoint.fingerprint
    transport = (
        *(f"a=ice-ufrag:{endpoint.ufrag}", f"a=ice-pwd:{endpoint.password}", candidate),
        *(f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}", "a=setup:active"),
    )
    return _OFFER.format(
        address=endpoint.address,
        transport="\n".join(transport),
        audio_ssrc=audio_ssrc,
        video_ssrc=video_ssrc,
    ).replace("\n", "\r\n")


def answer(endpoint: Endpoint, offered: str) -> str:
    """Return the answer that accepts everything in ``offered``, as the DTLS client."""
    accepted = deepcopy(SessionDescription.parse(offered))
    for media in accepted.media:
        if media.kind != "application":
            media.direction = "sendrecv" if media.direction == "sendrecv" else "recvonly"
            media.rtcp_port, media.rtcp_host, media.rtcp_mux = 9, "0.0.0.0", True  # noqa: S104
        media.ssrc, media.msid = [], None
        media.ice = RTCIceParameters(endpoint.ufrag, endpoint.password)
        media.ice_candidates = [_host_candidate(endpoint)]
        media.dtls = RTCDtlsParameters([endpoint.fingerprint], role="client")
    return str(accepted)


@dataclass(frozen=True, slots=True)
class Remote:
    """A server's address and credentials; a ``lite`` one only answers checks."""

    address: tuple[str, int]
    ufrag: str
    password: str
    fingerprints: list[RTCDtlsFingerprint]
    lite: bool


def remote(description: str) -> Remote:
    """Read a server's offer or answer."""
    first = SessionDescription.parse(description).media[0]
    candidate = next(one for one in first.ice_candidates if ":" not in one.ip)
    assert first.ice
    assert first.dtls
    return Remote(
        (candidate.ip, candidate.port),
        first.ice.usernameFragment or "",
        first.ice.password or "",
        first.dtls.fingerprints,
        first.ice.iceLite,
    )


def sha256_of(certificate: RTCCertificate) -> RTCDtlsFingerprint:
    """Return the SHA-256 fingerprint."""
    return next(f for f in certificate.getFingerprints() if f.algorithm == "sha-256")


def _host_candidate(endpoint: Endpoint) -> RTCIceCandidate:
    return RTCIceCandidate(
        component=1,
        foundation="1",
        ip=endpoint.address,
        port=endpoint.port,
        priority=2130706431,
        protocol="udp",
        type="host",
    )
