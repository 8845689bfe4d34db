"""Judges a browser's answer to the server's offer (RFC 3264 §6, RFC 8829 §5.3, RFC 9143 §7.3).

What contradicts the offer is refused. What only says that a browser cannot or will not receive
something is taken: nothing is sent there, and both people read so (decision 0308).
"""

from __future__ import annotations

from dataclasses import dataclass

from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.sdp import MediaDescription, SessionDescription, grouplines

from kiosk.errors import MediaError
from kiosk.media.plane.limits import MAX_MESSAGE, MAX_SDP
from kiosk.media.plane.wire import simulcast
from kiosk.media.plane.wire.sdp import (
    AUDIO,
    CLOCK_RATES,
    CODECS,
    DATA_TRANSPORT,
    RTP_TRANSPORT,
    VIDEO,
    OfferedLine,
)

SUPPORTED_DIGESTS = {"sha-256", "sha-384", "sha-512"}
DEFAULT_SCTP_PORT = 5000


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a browser's answer that the server uses."""

    fingerprints: list[RTCDtlsFingerprint]
    """Those with a digest we trust; the browser's certificate has one of them (RFC 8122 §5)."""

    passive: bool
    """The browser waits for our handshake (``a=setup:passive``, RFC 5763 §5)."""

    sctp_port: int
    max_message: int
    layers: tuple[str, ...]
    """The sizes it may send its picture in, smallest first."""

    refused: frozenset[str]
    """The mids on which it receives nothing: refused, without our codec, or by their direction."""

    has_pictures: bool
    """Whether it and the call have a picture format in common."""


def parse_answer(text: str, *, offered: tuple[OfferedLine, ...]) -> Answer:
    """Judge an answer to an offer that has these lines.

    Raises :class:`MediaError` ``media.bad_sdp`` for anything that is not one.
    """
    if not isinstance(text, str) or len(text) > MAX_SDP:
        raise bad_sdp()
    try:
        description = SessionDescription.parse(text)
        bundle_only = ["a=bundle-only" in lines for lines in grouplines(text)[1]]
    except Exception as error:  # the parser may fail in any way on malformed input
        raise bad_sdp() from error
    if len(description.media) != len(offered):
        raise bad_sdp()
    # Port 0 refuses a line; beside ``bundle-only`` it says that the bundle's port is meant.
    taken = [
        (line, was)
        for line, was, bundled in zip(description.media, offered, bundle_only, strict=True)
        if line.port or bundled
    ]
    _judge(description, taken)
    return _answer(text, taken, offered)


def bad_sdp() -> MediaError:
    """Return the error for an SDP we cannot use."""
    return MediaError("media.bad_sdp", status=400)


_Pair = tuple[MediaDescription, OfferedLine]


def _judge(description: SessionDescription, taken: list[_Pair]) -> None:
    """Refuse an answer that contradicts the offer, or that no call can be made with."""
    bundled = {mid for g in description.group if g.semantic == "BUNDLE" for mid in g.items}
    agrees = all(line.rtp.muxId in bundled and _agrees(line, was) for line, was in taken)
    kinds = {was.payload_type for _, was in taken}
    # The first line has the transport of all; RFC 7874 §3 has every browser know Opus.
    if not agrees or not {None, AUDIO} <= kinds:
        raise bad_sdp()
    first, was = taken[0]
    if was.payload_type != AUDIO or not _plays(first, was):
        raise bad_sdp()


def _agrees(line: MediaDescription, was: OfferedLine) -> bool:
    """Return whether a line that is taken is what was offered."""
    if line.rtp.muxId != was.mid:
        return False
    if was.payload_type is None:
        return line.kind == "application" and line.profile == DATA_TRANSPORT
    return (
        line.kind == ("audio" if was.payload_type == AUDIO else "video")
        and line.profile == RTP_TRANSPORT
        and line.rtcp_mux
        and (was.both_ways or line.direction in ("recvonly", "inactive"))
        # Packets are forwarded with the ids they come with (RFC 8285 §7 has them equal).
        and all((one.id, one.uri) in was.extensions for one in line.rtp.headerExtensions)
    )


def _plays(line: MediaDescription, was: OfferedLine) -> bool:
    """Return whether a line has our codec under our payload type."""
    if was.payload_type is None or was.payload_type not in line.fmt:
        return False
    name, rate = CODECS[was.payload_type], CLOCK_RATES[was.payload_type]
    return any(
        codec.payloadType == was.payload_type
        and codec.name.lower() == name.lower()
        and codec.clockRate == rate
        for codec in line.rtp.codecs
    )


def _answer(text: str, taken: list[_Pair], offered: tuple[OfferedLine, ...]) -> Answer:
    first, application = taken[0][0], next(line for line, was in taken if was.payload_type is None)
    if first.dtls is None or first.dtls.role not in ("client", "server"):
        raise bad_sdp()
    ice = first.ice
    if ice is None or not ice.usernameFragment or not ice.password or ice.iceLite:
        raise bad_sdp()  # ours is the lite end: without the browser's checks nothing connects
    fingerprints = [f for f in first.dtls.fingerprints if f.algorithm.lower() in SUPPORTED_DIGESTS]
    capabilities = application.sctpCapabilities
    longest = capabilities.maxMessageSize if capabilities else MAX_MESSAGE
    sctp_port = DEFAULT_SCTP_PORT if application.sctp_port is None else application.sctp_port
    if not fingerprints or not 0 < sctp_port < 1 << 16 or longest < 0:
        raise bad_sdp()
    plays = {was.mid for line, was in taken if _plays(line, was)}
    receives = {was.mid for line, was in taken if line.direction not in ("sendonly", "inactive")}
    media = {was.mid: was.payload_type for was in offered if was.payload_type is not None}
    return Answer(
        fingerprints=fingerprints,
        passive=first.dtls.role == "server",
        sctp_port=sctp_port,
        max_message=longest or MAX_MESSAGE,  # 0: of any length (RFC 8841 §6.1)
        layers=simulcast.accepted(text),
        refused=frozenset(media.keys() - (plays & receives)),
        has_pictures=any(kind == VIDEO and mid in plays for mid, kind in media.items()),
    )
