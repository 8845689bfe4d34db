"""One browser's connection as the plane knows it: who, by which keys, what it sends and gets.

A peer holds state and can send on its own path; who sees whom is ``room.py``'s business.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator

from aiortc import RTCCertificate

from kiosk.media.engine import CallRole, PeerReport
from kiosk.media.messages import MediaState
from kiosk.media.plane.bandwidth.budget import Budget
from kiosk.media.plane.bandwidth.layer_choice import LayerChoice
from kiosk.media.plane.bandwidth.receiver_reports import Told
from kiosk.media.plane.bandwidth.throughput import Carried
from kiosk.media.plane.call.screen_slot import ScreenSlot
from kiosk.media.plane.call.slot import Slot
from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.limits import (
    FEEDBACK_BURST,
    FEEDBACK_PER_SECOND,
    PACKETS_UP_PER_SECOND,
    REPEATS_PER_SECOND,
    SSRCS_PER_PEER,
    Allowance,
)
from kiosk.media.plane.streams.layers import Ladder
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.transport.channel import ControlChannel
from kiosk.media.plane.transport.dtls import DtlsSession, SrtpKeys
from kiosk.media.plane.transport.ice_lite import IceAgent
from kiosk.media.plane.wire.sdp import AUDIO, SCREEN, VIDEO
from kiosk.media.plane.wire.send_time import restamped
from kiosk.media.plane.wire.simulcast import WHOLE


class Peer:
    """A browser's connection, from its offer to its end."""

    def __init__(
        self,
        room: str,
        participant: str,
        certificate: RTCCertificate,
        *,
        role: CallRole,
        counters: Counters,
        slots: int,
        now: float,
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.room = room
        """Key of its room in the plane; ``room_name`` is what the outside calls it."""

        self.room_name = room
        self.participant = participant
        self.role = role
        self.joined_at = now
        self.heard_at = now
        self.ice = IceAgent(now)
        self.dtls = DtlsSession(certificate, send=self.send, closed=self._closed)
        self.keys: SrtpKeys | None = None
        self.channel: ControlChannel | None = None
        self.answered = False
        self.at_the_door = False
        """Comes in when its page says so, and not as soon as its connection is there."""

        self.connected = False
        """Inside: the others see and hear it, and it them."""

        self.ended = False
        self.silenced = False
        """Consent has lapsed: nothing is sent until the browser is heard again."""

        self.away = False
        """Vanished for the others; its seat is kept for a while."""

        self.session = random.getrandbits(60)  # only the o= line's session id  # noqa: S311
        self.slots = [Slot(known=True) for _ in range(slots)]
        self.agreed_slots = slots
        """How many of them the browser has m-lines for; the rest wait for an answer."""

        self.subscribers: dict[Peer, Slot] = {}
        """Who sees this peer, and in which of *their* slots."""

        self.viewers: dict[Peer, ScreenSlot] = {}
        """Who sees the screen this peer shares, and in which of *their* places."""

        self.screen_slot: ScreenSlot | None = None
        """Its own place for a screen, once one has been shared."""

        self.budget = Budget(now)
        """What its line takes, judged where nobody else can: with more than two people."""

        self.audio = Publication(self, AUDIO)
        self.video = Publication(self, VIDEO)
        self.screen = Publication(self, SCREEN)
        self.ladder = Ladder(self.video, (WHOLE,), now)
        """The layers of its picture; ``video`` is the top one, and often the only one."""

        self.by_ssrc: dict[int, Publication] = {}
        self.learned: set[int] = set()
        """Every SSRC that authentic RTP or RTCP came under, used or not."""

        self.down = Tally()
        self.clock_offset: int | None = None
        """What the clock its packets are stamped with is ahead of ours (``send_time.py``)."""

        self.choice: LayerChoice | None = None
        """What its line has shown to carry, once that mattered."""

        self.counters = counters
        """The plane's; what happens to this peer and is rare is counted there."""

        self.media_state: MediaState | None = None
        self.carried = Carried()
        self.bitrate: int | None = None
        """What this browser says it can take over all its slots (REMB), bit/s."""

        self.repeats = Allowance(REPEATS_PER_SECOND, REPEATS_PER_SECOND, now)
        self.feedback = Allowance(FEEDBACK_PER_SECOND, FEEDBACK_BURST, now)
        self._looked_at = (now, 0)
        self.told = Told()
        self.on_closed: Callable[[], None] = _nothing

    def _closed(self) -> None:
        self.on_closed()

    def release(self) -> None:
        """Let go of what is large and of all that points back here; nothing comes after.

        The collector runs by the number of objects and not by their size: it would leave the last
        packets of dozens of ended peers lying about.
        """
        self.on_closed = _nothing
        self.keys = self.channel = None
        self.subscribers.clear()
        self.ladder.release()
        self.slots.clear()
        self.by_ssrc.clear()

    # -- sending ------------------------------------------------------------------------------

    def send(self, data: bytes) -> bool:
        """Send one datagram on the proven path; False when there is none or it is not allowed."""
        return self.ice.path is not None and not self.silenced and self.ice.path.send(data)

    def send_rtcp(self, packet: bytes) -> bool:
        """Encrypt and send one RTCP packet."""
        protected = self.keys.protect_rtcp(packet) if self.keys else None
        return protected is not None and self.send(protected)

    def send_rtp(self, packet: bytes, ssrc: int, now: float) -> bool:
        """Send a cached packet again under ``ssrc`` (cold path; the hot one is the forwarder)."""
        if self.keys is None:
            return False
        if self.clock_offset is not None:
            packet = restamped(packet, self.clock_offset, now)
        protected = self.keys.protect_rtp(packet[:8] + ssrc.to_bytes(4) + packet[12:])
        if protected is None or not self.send(protected):
            return False
        self.down.packets += 1
        self.down.bytes += len(protected)
        return True

    @property
    def reachable(self) -> bool:
        """Whether media may be sent to it now."""
        return self.connected and not self.silenced and self.ice.path is not None

    # -- receiving ----------------------------------------------------------------------------

    @property
    def publications(self) -> tuple[Publication, ...]:
        """Its streams up: the sound, then the picture in each of its sizes."""
        return self.audio, *self.ladder.layers

    @property
    def up(self) -> Tally:
        """What has come from it so far, over all streams."""
        total = Tally()
        for stream in self.streams:
            total.add(stream.tally)
        return total

    @property
    def shows_itself(self) -> bool:
        """Whether a picture really comes from it: its camera is on and has sent something."""
        on = self.media_state is None or self.media_state.video
        return on and any(layer.ssrc is not None for layer in self.ladder.layers)

    @property
    def is_copied(self) -> bool:
        """Whether its pictures go out stamped with our own clock, as to several people."""
        return any(publication.stamped for publication in self.ladder.layers)

    @property
    def pictures(self) -> tuple[Publication, ...]:
        """Everything it may send that is seen."""
        return *self.ladder.layers, self.screen

    def started(self, payload_type: int, rid: str | None) -> Publication | None:
        """Return the publication that a stream with this payload type and layer name belongs to."""
        if payload_type == VIDEO:
            return self.ladder.layer(rid)
        return {AUDIO: self.audio, SCREEN: self.screen}.get(payload_type)

    def view_of(self, publication: Publication, subscriber: Peer) -> View | None:
        """Return how a subscriber's packets of one of its streams are rewritten, if they are."""
        return None if publication.payload_type != VIDEO else self.ladder.views.get(subscriber)

    @property
    def streams(self) -> tuple[Publication, ...]:
        """Everything it may send."""
        return *self.publications, self.screen

    def audience(self, publication: Publication) -> Iterator[tuple[Peer, int]]:
        """Yield who is sent one of its streams now, and under which SSRC they know it."""
        if publication is self.screen:
            for viewer, screen in self.viewers.items():
                if screen.known and viewer.reachable:
                    yield viewer, screen.ssrc
            return
        film = publication.payload_type == VIDEO
        for subscriber, slot in self.subscribers.items():
            if film and not self.ladder.feeds(publication, subscriber):
                continue
            if slot.known and subscriber.reachable:
                yield subscriber, slot.ssrc_for(publication.payload_type)

    def may_learn(self, ssrc: int) -> bool:
        """Whether that SSRC is tolerated; each new one makes libsrtp keep a stream."""
        return ssrc in self.learned or len(self.learned) < SSRCS_PER_PEER

    def incoming(self, ssrc: int) -> Publication | None:
        """Return the publication this browser receives as ``ssrc``: of a picture, the layer."""
        source = self.source_of(ssrc)
        return None if source is None else source[1]

    def source_of(self, ssrc: int) -> tuple[Peer, Publication] | None:
        """Return the publication this browser receives as ``ssrc``, and whose it is."""
        for slot in self.slots:
            publisher = slot.publisher
            if publisher is not None:
                if ssrc == slot.video_ssrc:
                    return publisher, publisher.ladder.shown_to(self)
                if ssrc == slot.audio_ssrc:
                    return publisher, publisher.audio
        screen = self.screen_slot
        if screen is not None and screen.publisher is not None and ssrc == screen.ssrc:
            return screen.publisher, screen.publisher.screen
        return None

    # -- how it is doing ----------------------------------------------------------------------

    def floods(self, now: float) -> bool:
        """Whether it has sent more media since the last call than any browser would."""
        (then, before), self._looked_at = self._looked_at, (now, self.up.packets)
        return self.up.packets - before > PACKETS_UP_PER_SECOND * max(1.0, now - then)

    def report(self, now: float) -> PeerReport:
        """Sum up for the outside."""
        up = self.up
        live = [p.uplink for p in self.publications if p.uplink.received]
        return PeerReport(
            connected=self.connected and not self.ended,
            role=self.role,
            packets_up=up.packets,
            packets_down=self.down.packets,
            bytes_up=up.bytes,
            bytes_down=self.down.bytes,
            loss_up=max((u.fraction_lost / 256 for u in live), default=None),
            loss_down=self.told.loss,
            jitter_up_ms=max((u.jitter_ms for u in live), default=None),
            jitter_down_ms=self.told.jitter_ms,
            rtt_ms=None if self.told.trip_s is None else self.told.trip_s * 1000,
            idle_s=max(0.0, now - max(self.heard_at, self.ice.heard_at)),
        )


def _nothing() -> None:
    pass
