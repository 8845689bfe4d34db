"""The place in a browser where one other participant is seen and heard."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from kiosk.media.plane.wire.sdp import AUDIO, SlotLines

if TYPE_CHECKING:
    from kiosk.media.plane.call.peer import Peer


class Slot:
    """A place in a browser where one other participant is seen and heard: a track down each.

    SSRCs are never given to a second publisher: sequence numbers, timestamps and picture ids would
    jump. A used slot is renewed with new ones, which takes an offer.
    """

    __slots__ = ("audio_ssrc", "known", "publisher", "used", "version", "video_ssrc")

    def __init__(self, *, known: bool) -> None:
        self.version = 0
        self.publisher: Peer | None = None
        self.used = False
        self.known = known
        """The browser has answered an offer with these SSRCs; before, nothing is sent on them."""
        self._draw()

    def _draw(self) -> None:
        self.audio_ssrc = random_ssrc()
        self.video_ssrc = random_ssrc()

    def renew(self) -> None:
        """Take new SSRCs, unknown to the browser as yet."""
        self._draw()
        self.version += 1
        self.used = self.known = False

    def lines(self) -> SlotLines:
        """Return what the offer says of this slot."""
        return SlotLines(self.audio_ssrc, self.video_ssrc, self.version)

    @property
    def ssrcs(self) -> tuple[int, int]:
        """Both of them."""
        return self.audio_ssrc, self.video_ssrc

    def ssrc_for(self, payload_type: int) -> int:
        """Return the SSRC the browser knows that kind of stream by."""
        return self.audio_ssrc if payload_type == AUDIO else self.video_ssrc


def random_ssrc() -> int:
    """Return an SSRC for one more stream; 0 and the plane's own, 1, are taken."""
    return secrets.randbelow(0xFFFFFFFE) + 2
