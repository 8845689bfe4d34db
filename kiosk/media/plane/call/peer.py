"""One browser's connection to a room: its parts, and who receives what it sends.

Who sees whom is decided in ``room.py``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from aiortc import RTCCertificate

from kiosk.media.engine import CallRole
from kiosk.media.plane.bandwidth.downlink import Downlink
from kiosk.media.plane.call.negotiation import Negotiation
from kiosk.media.plane.call.publications import Publications
from kiosk.media.plane.call.quotas import Quotas
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.call.slots import Slots
from kiosk.media.plane.call.stage import Stage
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.transport.connection import Connection
from kiosk.media.plane.wire.sdp import VIDEO, Endpoint


class Peer:
    """A browser's connection, from its offer to its end."""

    # Not a dictionary: the fast path reads three of these for each packet.
    __slots__ = (
        "__weakref__",
        "away",
        "by_ssrc",
        "connection",
        "counters",
        "downlink",
        "heard_at",
        "id",
        "negotiation",
        "offered_at",
        "participant",
        "prejoin",
        "publications",
        "quotas",
        "role",
        "room",
        "room_name",
        "rx",
        "slots",
        "stage",
        "subscribers",
        "viewers",
    )

    def __init__(
        self,
        key: str,
        room: str,
        participant: str,
        certificate: RTCCertificate,
        endpoint: Endpoint,
        *,
        role: CallRole,
        counters: Counters,
        slots: int,
        layered: bool,
        prejoin: bool,
        now: float,
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.room = key
        """Key of its room in the plane; ``room_name`` is the room's id outside."""

        self.room_name = room
        self.participant = participant
        self.role = role
        self.offered_at = now
        self.stage = Stage.OFFERED
        self.prejoin = prejoin
        """Joins when its page sends ``enter``, and not as soon as its connection is ready."""

        self.away = False
        """Nothing comes from it: the others no longer see it, and its seat is kept for a while."""

        self.connection = Connection(certificate, now)
        self.slots: Slots[Peer] = Slots(slots)
        """Where it sees others."""

        self.negotiation = Negotiation(self.connection, self.slots, endpoint, layered=layered)
        self.publications = Publications(self.connection, counters, now)
        self.subscribers: dict[Peer, Slot[Peer]] = {}
        """Who receives its sound and picture, and in which of *their* slots."""

        self.viewers: dict[Peer, ScreenSlot[Peer]] = {}
        """Who receives the screen it shares, and in which of *their* places."""

        self.downlink = Downlink()
        self.quotas = Quotas(now)
        self.counters = counters
        """The plane's; rare events of this peer are counted there."""

        # -- read for each packet ---------------------------------------------------------
        self.rx: Any = None
        """libsrtp handle that decrypts what it sends; None before the handshake is complete."""

        self.by_ssrc: dict[int, Publication] = {}
        self.heard_at = now
        """When authentic media last came from it."""

    @property
    def joined(self) -> bool:
        """Whether the others see and hear it."""
        return self.stage is Stage.JOINED

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.stage is Stage.ENDED

    @property
    def reachable(self) -> bool:
        """Whether media may be sent to it now."""
        return self.stage is Stage.JOINED and self.connection.can_send

    def last_heard(self) -> float:
        """Return when anything authentic last came from it: media or a connectivity check."""
        return max(self.heard_at, self.connection.ice.heard_at)

    def release(self) -> None:
        """Drop everything large and everything that refers back to this peer, after its end.

        The garbage collector runs by the number of objects and not by their size: it would leave
        the last packets of dozens of ended peers in memory.
        """
        self.rx = None
        self.connection.release()
        self.subscribers.clear()
        self.publications.ladder.release()
        self.slots.clear()
        self.by_ssrc.clear()

    def audience(self, publication: Publication) -> Iterator[tuple[Peer, int]]:
        """Yield who is sent one of its publications now, and under which SSRC."""
        if publication is self.publications.screen:
            for viewer, screen in self.viewers.items():
                if screen.is_open and viewer.reachable:
                    yield viewer, screen.ssrc
            return
        ladder = self.publications.ladder
        is_camera = publication.payload_type == VIDEO
        for subscriber, slot in self.subscribers.items():
            if is_camera and not ladder.feeds(publication, subscriber):
                continue
            if slot.takes(publication.payload_type) and subscriber.reachable:
                yield subscriber, slot.ssrc_for(publication.payload_type)

    def source_of(self, ssrc: int) -> tuple[Peer, Publication] | None:
        """Return whose publication this browser receives as ``ssrc``, and which: of a picture, the
        layer."""
        for slot in self.slots:
            publisher = slot.publisher
            if publisher is not None:
                if ssrc == slot.video_ssrc:
                    return publisher, publisher.publications.ladder.shown_to(self)
                if ssrc == slot.audio_ssrc:
                    return publisher, publisher.publications.audio
        screen = self.slots.screen
        if screen is not None and screen.publisher is not None and ssrc == screen.ssrc:
            return screen.publisher, screen.publisher.publications.screen
        return None

    def incoming(self, ssrc: int) -> Publication | None:
        """Return the publication this browser receives as ``ssrc``, if there is one."""
        source = self.source_of(ssrc)
        return None if source is None else source[1]
