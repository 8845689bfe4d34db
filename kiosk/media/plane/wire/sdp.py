"""Writes the server's offer in SDP (RFC 8829, RFC 9143); ``answer.py`` judges the answer to it.

All browsers get the same payload types and header extension ids, so that packets are forwarded with
only their SSRC changed. Left out on purpose: the mid extension (it would have to be rewritten for
each subscriber), transport-wide feedback, RTX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.media.plane.limits import MAX_MESSAGE
from kiosk.media.plane.wire import simulcast
from kiosk.media.plane.wire.stun import Credentials

AUDIO, VIDEO, SCREEN = 111, 96, 97
"""RTP payload types of sound (Opus), of the camera's picture and of a shared screen (both VP8)."""

DATA_MID, SCREEN_MID = "2", "screen"

AUDIO_LEVEL_ID = 1
"""Id of the header extension that holds the audio level of a sound packet."""

SEND_TIME_ID = 2
"""Id of the header extension that holds the send time of a picture packet (abs-send-time)."""

CLOCK_RATES = {AUDIO: 48000, VIDEO: 90000, SCREEN: 90000}
CODECS = {AUDIO: "opus", VIDEO: "VP8", SCREEN: "VP8"}

AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

RTP_TRANSPORT, DATA_TRANSPORT = "UDP/TLS/RTP/SAVPF", "UDP/DTLS/SCTP"
"""The transport protocols of the m-lines (RFC 8829 §5.1.2)."""


def _vp8(payload_type: int) -> tuple[str, ...]:
    return (
        f"a=rtpmap:{payload_type} VP8/90000",
        f"a=fmtp:{payload_type} x-google-start-bitrate=1000",
        f"a=rtcp-fb:{payload_type} nack",
        f"a=rtcp-fb:{payload_type} nack pli",
        f"a=rtcp-fb:{payload_type} ccm fir",
        f"a=rtcp-fb:{payload_type} goog-remb",
        f"a=extmap:{SEND_TIME_ID} {SEND_TIME}",
    )


_CODEC_LINES = {
    AUDIO: (
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        f"a=extmap:{AUDIO_LEVEL_ID} {AUDIO_LEVEL}",
    ),
    VIDEO: _vp8(VIDEO),
    SCREEN: _vp8(SCREEN),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The part that every m-line of every offer shares."""

    fingerprint: str
    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class SlotLines:
    """The SSRCs of one slot; ``version`` and the track's name change with them."""

    audio_ssrc: int
    video_ssrc: int
    version: int


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """The m-line for a shared screen, always after the first ``after`` slots."""

    ssrc: int
    version: int
    after: int


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """One m-line of an offer, as far as the answer to it is judged by it."""

    mid: str
    payload_type: int | None
    """None: the data channel's line."""
    both_ways: bool
    """The browser may send on it (``sendrecv``), or only receive (``sendonly``)."""
    extensions: tuple[tuple[int, str], ...] = ()


def slot_mids(slot: int) -> tuple[str, str]:
    """Return a slot's mids (audio, video): 0 and 1; 2 is the data channel's; then 3 and 4…"""
    first = 0 if slot == 0 else 2 * slot + 1
    return str(first), str(first + 1)


def lines_of(
    slots: int, screen: ScreenLine | None, *, layered: bool = False
) -> tuple[OfferedLine, ...]:
    """Return the m-lines of an offer in their order, which never changes."""
    lines: list[OfferedLine] = []
    for slot in range(slots):
        audio_mid, video_mid = slot_mids(slot)
        layers = ((simulcast.RID_EXTENSION, simulcast.RID),) if slot == 0 and layered else ()
        pictures = ((SEND_TIME_ID, SEND_TIME), *layers)
        lines.append(OfferedLine(audio_mid, AUDIO, slot == 0, ((AUDIO_LEVEL_ID, AUDIO_LEVEL),)))
        lines.append(OfferedLine(video_mid, VIDEO, slot == 0, pictures))
        if slot == 0:
            lines.append(OfferedLine(DATA_MID, None, both_ways=True))
        if screen is not None and screen.after == slot + 1:
            lines.append(OfferedLine(SCREEN_MID, SCREEN, True, ((SEND_TIME_ID, SEND_TIME),)))
    return tuple(lines)


def build_offer(
    endpoint: Endpoint,
    credentials: Credentials,
    slots: Sequence[SlotLines],
    screen: ScreenLine | None = None,
    *,
    session: int,
    version: int,
    layered: bool,
) -> str:
    """Write the offer: an audio and a video m-line per slot, and one for a screen if needed.

    Those of the first slot and of the screen are sendrecv, for the browser's own tracks. It may
    send its picture in several sizes when the offer is ``layered``.
    """
    lines = [
        "v=0",
        f"o=- {session} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(line.mid for line in lines_of(len(slots), screen)),
        "a=msid-semantic: WMS *",
        "a=ice-lite",
    ]
    transport = _transport(endpoint, credentials)
    for number, slot in enumerate(slots):
        audio_mid, video_mid = slot_mids(number)
        direction = "sendrecv" if number == 0 else "sendonly"
        name = f"slot{number}"
        lines += _media(AUDIO, audio_mid, direction, name, slot.audio_ssrc, slot.version)
        lines += transport
        lines += _media(VIDEO, video_mid, direction, name, slot.video_ssrc, slot.version)
        if number == 0 and layered:
            lines += simulcast.offer_lines()
        lines += transport
        if number == 0:
            lines += _application()
            lines += transport
        if screen is not None and screen.after == number + 1:
            lines += _media(SCREEN, SCREEN_MID, "sendrecv", "screen", screen.ssrc, screen.version)
            lines += transport
    return "\r\n".join(lines) + "\r\n"


def _media(codec: int, mid: str, direction: str, name: str, ssrc: int, version: int) -> list[str]:
    kind = "audio" if codec == AUDIO else "video"
    track = f"{name} {kind}-{name}-{version}"
    return [
        f"m={kind} 9 {RTP_TRANSPORT} {codec}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=mid:{mid}",
        f"a={direction}",
        *_CODEC_LINES[codec],
        f"a=msid:{track}",
        f"a=ssrc:{ssrc} cname:{name}",
        f"a=ssrc:{ssrc} msid:{track}",
    ]


def _application() -> list[str]:
    return [
        f"m=application 9 {DATA_TRANSPORT} webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{DATA_MID}",
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
