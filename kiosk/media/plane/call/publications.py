"""Everything one peer may send: sound, picture in one or several layers, shared screen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kiosk.media.messages import MediaState
from kiosk.media.plane.bandwidth.budget import Budget
from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.streams.layers import Ladder
from kiosk.media.plane.streams.publication import Publication, RtcpSender
from kiosk.media.plane.streams.view import View
from kiosk.media.plane.wire.sdp import AUDIO, SCREEN, VIDEO
from kiosk.media.plane.wire.simulcast import WHOLE


class Publications:
    """The publications of one peer, and the state its page reports of them."""

    __slots__ = ("audio", "budget", "has_pictures", "ladder", "media_state", "screen", "video")

    def __init__(self, sender: RtcpSender, counters: Counters, now: float) -> None:
        self.budget = Budget(now)
        """What the peer's line carries; used with more than two people."""

        self.audio, self.video, self.screen = (
            Publication(payload_type, sender=sender, budget=self.budget, counters=counters)
            for payload_type in (AUDIO, VIDEO, SCREEN)
        )
        self.ladder = Ladder(self.video, (WHOLE,), now)
        """The layers of its picture; ``video`` is the top one, and often the only one."""

        self.has_pictures = True
        """Whether the browser and the call have a picture format in common."""

        self.media_state: MediaState | None = None
        """Microphone, camera and raised hand, as its page reported; None: not yet."""

    def agree(self, rids: Iterable[str], now: float, *, has_pictures: bool = True) -> None:
        """Take the layers that the browser has agreed to send, or that it can send no pictures."""
        self.has_pictures = has_pictures
        self.ladder = Ladder(self.video, rids, now)

    @property
    def without_screen(self) -> tuple[Publication, ...]:
        """Sound, then the camera's picture in each of its layers."""
        return self.audio, *self.ladder.layers

    @property
    def pictures(self) -> tuple[Publication, ...]:
        """Everything that is seen: each layer, then the screen."""
        return *self.ladder.layers, self.screen

    @property
    def all(self) -> tuple[Publication, ...]:
        """Every publication."""
        return *self.without_screen, self.screen

    @property
    def received(self) -> Tally:
        """What has arrived so far, over all publications."""
        total = Tally()
        for publication in self.all:
            total.add(publication.tally)
        return total

    @property
    def shows_camera(self) -> bool:
        """Whether pictures of the camera arrive: it is on, and something has been sent."""
        on = self.media_state is None or self.media_state.video
        return on and any(layer.ssrc is not None for layer in self.ladder.layers)

    @property
    def stamped(self) -> bool:
        """Whether its pictures are sent with our send time, as to several people."""
        return any(layer.stamped for layer in self.ladder.layers)

    def find(self, payload_type: int, rid: str | None) -> Publication | None:
        """Return the publication with this payload type and layer name, or None."""
        if payload_type != AUDIO and not self.has_pictures:
            return None
        if payload_type == VIDEO:
            return self.ladder.layer(rid)
        return {AUDIO: self.audio, SCREEN: self.screen}.get(payload_type)

    def view_of(self, publication: Publication, subscriber: Hashable) -> View | None:
        """Return what rewrites a subscriber's packets of one publication, if they are rewritten."""
        return None if publication.payload_type != VIDEO else self.ladder.views.get(subscriber)
