"""SDP: the server's offer written out, and a browser's answer checked. RFC 8829, RFC 9143.

One set of payload types and header extension ids for everybody, so packets are forwarded with only
their SSRC changed. Left out on purpose: mid and rid extensions (they would have to be rewritten for
each subscriber), transport-wide feedback, RTX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.sdp import SessionDescription

from kiosk.errors import MediaError
from kiosk.media.plane.ice_lite import Credentials
from kiosk.media.plane.limits import MAX_MESSAGE, MAX_SDP

AUDIO, VIDEO = 111, 96
"""RTP payload types of Opus and VP8."""

AUDIO_LEVEL_ID = 1
"""Of the header extension in which browsers write how loud a sound packet is."""

CLOCK_RATES = {AUDIO: 48000, VIDEO: 90000}
SUPPORTED_DIGESTS = {"sha-256", "sha-384", "sha-512"}

_CODECS = {
    AUDIO: (
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        f"a=extmap:{AUDIO_LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ),
    VIDEO: (
        "a=rtpmap:96 VP8/90000",
        "a=fmtp:96 x-google-start-bitrate=1000",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 ccm fir",
        "a=rtcp-fb:96 goog-remb",
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    ),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is the same in every m-line of everybody's offers."""

    fingerprint: str
    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class SlotLines:
    """The SSRCs of one slot; ``version`` grows when they change, and with it the track's name."""

    audio_ssrc: int
    video_ssrc: int
    version: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What we need of a browser's answer."""

    fingerprints: list[RTCDtlsFingerprint]
    mids: tuple[str, ...]
    sctp_port: int
    max_message: int


def slot_mids(slot: int) -> tuple[str, str]:
    """Return a slot's mids (audio, video): 0 and 1; 2 is the data channel's; then 3 and 4…"""
    first = 0 if slot == 0 else 2 * slot + 1
    return str(first), str(first + 1)


def build_offer(
    endpoint: Endpoint,
    credentials: Credentials,
    slots: Sequence[SlotLines],
    *,
    session: int,
    version: int,
) -> str:
    """Write the offer with one audio and one video m-line per slot; the first is sendrecv."""
    lines = [
        "v=0",
        f"o=- {session} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(str(mid) for mid in range(2 * len(slots) + 1)),
        "a=msid-semantic: WMS *",
        "a=ice-lite",
    ]
    transport = _transport(endpoint, credentials)
    for number, slot in enumerate(slots):
        audio_mid, video_mid = slot_mids(number)
        lines += _media("audio", AUDIO, audio_mid, number, slot.audio_ssrc, slot.version)
        lines += transport
        lines += _media("video", VIDEO, video_mid, number, slot.video_ssrc, slot.version)
        lines += transport
        if number == 0:
            lines += _application()
            lines += transport
    return "\r\n".join(lines) + "\r\n"


def _media(kind: str, codec: int, mid: str, slot: int, ssrc: int, version: int) -> list[str]:
    track = f"slot{slot} {kind}{slot}-{version}"
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {codec}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=mid:{mid}",
        "a=sendrecv" if slot == 0 else "a=sendonly",
        *_CODECS[codec],
        f"a=msid:{track}",
        f"a=ssrc:{ssrc} cname:slot{slot}",
        f"a=ssrc:{ssrc} msid:{track}",
    ]


def _application() -> list[str]:
    return [
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=mid:2",
        "a=sctp-port:5000",
        f"a=max-message-size:{MAX_MESSAGE}",
    ]


def _transport(endpoint: Endpoint, credentials: Credentials) -> list[str]:
    candidates = [
        # Earlier addresses are preferred: local preference falls by one each (RFC 8445 §5.1.2.1).
        f"a=candidate:{number + 1} 1 udp {126 << 24 | (65535 - number) << 8 | 255} "
        f"{address} {endpoint.port} typ host"
        for number, address in enumerate(endpoint.addresses)
    ]
    return [
        f"a=ice-ufrag:{credentials.ufrag}",
        f"a=ice-pwd:{credentials.password}",
        f"a=fingerprint:sha-256 {endpoint.fingerprint}",
        "a=setup:actpass",
        *candidates,
        "a=end-of-candidates",
    ]


def parse_answer(text: str, *, slots: int) -> Answer:
    """Check an answer to an offer of ``slots`` slots.

    Raises :class:`MediaError` ``media.bad_sdp`` for anything that is not one.
    """
    if not isinstance(text, str) or len(text) > MAX_SDP:
        raise bad_sdp()
    try:
        description = SessionDescription.parse(text)
    except Exception as error:  # the parser asserts, indexes and converts as it goes
        raise bad_sdp() from error
    mids = tuple(media.rtp.muxId for media in description.media)
    if mids != tuple(str(number) for number in range(2 * slots + 1)):
        raise bad_sdp()
    first = description.media[0]
    if first.dtls is None or first.dtls.role != "client":
        raise bad_sdp()
    if not any(f.algorithm.lower() in SUPPORTED_DIGESTS for f in first.dtls.fingerprints):
        raise bad_sdp()
    application = description.media[2]
    capabilities = application.sctpCapabilities
    return Answer(
        fingerprints=first.dtls.fingerprints,
        mids=mids,
        sctp_port=application.sctp_port or 5000,
        max_message=capabilities.maxMessageSize if capabilities else MAX_MESSAGE,
    )


def bad_sdp() -> MediaError:
    """Return the error for an SDP we cannot use."""
    return MediaError("media.bad_sdp", status=400)
