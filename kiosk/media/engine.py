"""The interface of the media plane: what the rest of the application may ask of any engine.

No packet and no socket here. ``embedded.py`` is the implementation that comes with the program; an
external one stands behind the same :class:`MediaEngine`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kiosk.media.statistics import Statistics


class CallRole(StrEnum):
    """What a participant is in the call; every connection has one."""

    AGENT = "agent"
    CITIZEN = "citizen"
    COMPANION = "companion"
    INTERPRETER = "interpreter"
    KIOSK = "kiosk"
    ROBOT = "robot"
    """A program that measures or tests a call."""


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """One slot of a browser: its two m-lines, by mid, and who is in it (None: nobody)."""

    audio: str
    video: str
    participant: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """The plane's offer to one browser: ``peer`` names the connection from now on."""

    peer: str
    sdp: str
    generation: int = 1
    """Counts the offers to this browser; its answer repeats it."""
    slots: list[SlotEntry] = field(default_factory=list)
    """Who will be in which slot if nobody comes or goes before this browser has answered."""


@dataclass(frozen=True, slots=True)
class PeerReport:
    """How one connection is doing. *Up* is browser to plane, *down* is plane to browser.

    Losses are fractions of 1 over the last reporting second; ``None`` means not measured yet.
    """

    connected: bool
    role: CallRole = CallRole.CITIZEN
    """The role the connection was opened with."""
    packets_up: int = 0
    packets_down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    loss_up: float | None = None
    loss_down: float | None = None
    jitter_up_ms: float | None = None
    jitter_down_ms: float | None = None
    rtt_ms: float | None = None
    idle_s: float | None = None
    """Seconds since the last datagram of any kind came from this browser."""


@dataclass(frozen=True, slots=True)
class Health:
    """State of the plane; ``instance`` is another one for each process."""

    instance: str
    rooms: int
    peers: int
    packets_in: int
    packets_out: int
    packets_dropped: int
    uptime_s: float
    udp_port: int
    addresses: tuple[str, ...]


class EventKind(StrEnum):
    """Kinds of event that the plane sends by itself."""

    PEER_CONNECTED = "peer.connected"
    """Also sent when it is back after having been away."""
    PEER_AWAY = "peer.away"
    """Nothing comes from it any more; its slots are kept, and it may come back."""
    PEER_GONE = "peer.gone"
    PLANE_READY = "plane.ready"
    """The stream of events (re)starts: earlier events may be lost. ``reason`` holds the plane's
    instance, which knows none of the peers of another."""


class GoneReason(StrEnum):
    """Why a peer has ended."""

    LEFT = "left"
    """The page left the call."""
    REMOVED = "removed"
    """An agent put this person out of the call."""
    REFUSED = "refused"
    """An agent put this person out of the call, for a reason that they read."""
    ENDED = "ended"
    """An agent ended the call for everybody in it."""
    CLOSED = "closed"
    """The browser closed the connection (DTLS close)."""
    CONSENT_EXPIRED = "consent_expired"
    """The browser sent no valid binding request for too long (RFC 7675)."""
    FAILED = "failed"
    """Its handshake failed, or it went beyond a limit."""
    LAPSED = "lapsed"
    """Its offer was not answered, or it stayed in prejoin, for too long."""
    ROOM_CLOSED = "room_closed"
    """The room is over: cancelled, closed, moved away, or the credentials were replaced."""
    REPLACED = "replaced"
    """The same participant joined the room again (page reloaded)."""


@dataclass(frozen=True, slots=True)
class MediaEvent:
    """One event of the plane; ``reason`` is a :class:`GoneReason` when a peer is gone."""

    kind: str
    room: str
    participant: str
    peer: str
    reason: str = ""


class MediaEngine(Protocol):
    """Called from any thread; every method may raise :class:`kiosk.errors.MediaError`.

    Codes: ``media.bad_sdp`` (400), ``media.unknown_peer`` (404), ``media.room_full`` (409),
    ``media.too_many`` (503), ``media.echo_busy`` (503), ``media.unavailable`` (503).
    """

    def join(
        self,
        room: str,
        participant: str,
        *,
        role: CallRole,
        echo: bool = False,
        ahead: bool = False,
    ) -> Offer:
        """Open a connection for ``participant``; a former one of theirs in ``room`` is replaced.

        With ``echo`` the room is private and the participant's own sound and picture come back.
        Made ``ahead`` (prejoin), no media flows either way and the others do not learn of it
        until its page sends ``enter``.
        """

    def answer(self, peer: str, sdp: str, generation: int = 1) -> None:
        """Pass the browser's answer to an offer; an answer to a superseded offer is ignored."""

    def restart(self, peer: str) -> Offer:
        """Restart ICE for a connection whose path is cut; its keys and streams stay.

        Raises ``media.unknown_peer`` when there is nothing left to restart: then :meth:`join`.
        """

    def leave(self, peer: str, reason: GoneReason = GoneReason.LEFT) -> None:
        """End one connection, whose page reads why; ending it twice is not an error."""

    def close_room(self, room: str, reason: GoneReason = GoneReason.ROOM_CLOSED) -> None:
        """End every connection of ``room``; a room without any is not an error."""

    def peers(self) -> dict[str, bool]:
        """Return every connection by its id, and whether it is connected and not away."""

    def report(self, peer: str) -> PeerReport:
        """Return the figures of one connection."""

    def health(self) -> Health:
        """Return the state of the plane."""

    def statistics(self) -> Statistics:
        """Return what the plane has counted since it started."""
