"""The screen slot of a browser: one m-line on which a shared screen is received or sent."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from kiosk.media.plane.call.slot import random_ssrc
from kiosk.media.plane.wire.sdp import ScreenLine


class Identified(Protocol):
    """A publisher, as far as a screen slot needs to know it."""

    @property
    def id(self) -> str:
        """Different for each connection."""


PublisherT = TypeVar("PublisherT", bound=Identified)


class ScreenSlot(Generic[PublisherT]):
    """Made when a screen is first shared while the browser is present, and kept from then on.

    A participant who shares again goes on under the same SSRC, which takes no offer. For anybody
    else the slot is renewed, as in :class:`kiosk.media.plane.call.slot.Slot`.
    """

    __slots__ = ("_former", "known", "publisher", "refused", "ssrc", "version")

    def __init__(self, *, known: bool) -> None:
        self.version = 0
        self.known = known
        """The browser has answered an offer with this SSRC; nothing is sent on it before."""
        self.publisher: PublisherT | None = None
        """The peer whose screen is shown here now."""
        self.refused: frozenset[int] = frozenset()
        """Holds its payload type when the browser cannot receive it; nothing is sent then."""

        self._former = ""
        self.ssrc = random_ssrc()

    @property
    def is_open(self) -> bool:
        """Whether the screen may be sent here."""
        return self.known and not self.refused

    def give_to(self, publisher: PublisherT) -> int | None:
        """Show that peer's screen; return the SSRC that ends by it, if one does."""
        ended = None
        if self._former not in ("", publisher.id):
            ended = self.renew()
        self._former = publisher.id
        self.publisher = publisher
        return ended

    def renew(self) -> int:
        """Take a new SSRC, which the browser does not know yet; return the former one."""
        ended, self.ssrc = self.ssrc, random_ssrc()
        self.version += 1
        self.known = False
        return ended

    def line(self, after: int) -> ScreenLine:
        """Return what the offer says of it, placed after so many slots."""
        return ScreenLine(self.ssrc, self.version, after)
