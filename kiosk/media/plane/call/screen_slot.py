"""The place in a browser where a shared screen is seen, or sent from: one m-line for both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.media.plane.call.slot import random_ssrc
from kiosk.media.plane.wire.sdp import ScreenLine

if TYPE_CHECKING:
    from kiosk.media.plane.call.peer import Peer


class ScreenSlot:
    """Made when a screen is first shared while the browser is there, and kept.

    Who shares again goes on under the same SSRC and costs no offer; for anybody else it is renewed,
    as in :class:`kiosk.media.plane.call.slot.Slot`.
    """

    __slots__ = ("_former", "known", "publisher", "ssrc", "version")

    def __init__(self, *, known: bool) -> None:
        self.version = 0
        self.known = known
        """The browser has answered an offer with this SSRC; before, nothing is sent on it."""
        self.publisher: Peer | None = None
        """Whose screen is shown here now."""
        self._former = ""
        self.ssrc = random_ssrc()

    def give_to(self, publisher: Peer) -> int | None:
        """Show that person's screen; returns the SSRC that has ended by it, if one has."""
        ended = None
        if self._former not in ("", publisher.id):
            ended = self.renew()
        self._former = publisher.id
        self.publisher = publisher
        return ended

    def renew(self) -> int:
        """Take a new SSRC, unknown to the browser as yet; returns the one before."""
        ended, self.ssrc = self.ssrc, random_ssrc()
        self.version += 1
        self.known = False
        return ended

    def line(self, after: int) -> ScreenLine:
        """Return what the offer says of it, in its place after so many slots."""
        return ScreenLine(self.ssrc, self.version, after)
