"""One slot of a browser: the place where one other participant is seen and heard."""

from __future__ import annotations

import secrets
from typing import Generic, TypeVar

from kiosk.media.plane.wire.sdp import AUDIO, SlotLines

PublisherT = TypeVar("PublisherT")


class Slot(Generic[PublisherT]):
    """A place for one other participant: one audio and one video track down.

    An SSRC is never given to a second publisher, because sequence numbers, timestamps and picture
    ids would jump. A used slot is renewed with new SSRCs, which takes an offer.
    """

    __slots__ = ("audio_ssrc", "known", "publisher", "refused", "used", "version", "video_ssrc")

    def __init__(self, *, known: bool) -> None:
        self.version = 0
        self.publisher: PublisherT | None = None
        self.used = False
        self.known = known
        """The browser has answered an offer with these SSRCs; nothing is sent on them before."""
        self.refused: frozenset[int] = frozenset()
        """Payload types that the browser does not receive here; nothing is sent under them."""

        self._draw()

    def _draw(self) -> None:
        self.audio_ssrc = random_ssrc()
        self.video_ssrc = random_ssrc()

    def renew(self) -> None:
        """Take new SSRCs, which the browser does not know yet."""
        self._draw()
        self.version += 1
        self.used = self.known = False

    def lines(self) -> SlotLines:
        """Return what the offer says of this slot."""
        return SlotLines(self.audio_ssrc, self.video_ssrc, self.version)

    @property
    def ssrcs(self) -> tuple[int, int]:
        """Both SSRCs."""
        return self.audio_ssrc, self.video_ssrc

    def takes(self, payload_type: int) -> bool:
        """Whether that kind of stream may be sent here."""
        return self.known and payload_type not in self.refused

    def ssrc_for(self, payload_type: int) -> int:
        """Return the SSRC under which the browser receives that kind of stream."""
        return self.audio_ssrc if payload_type == AUDIO else self.video_ssrc


def random_ssrc() -> int:
    """Return an SSRC for one more stream; 0 and the server's own, 1, are taken."""
    return secrets.randbelow(0xFFFFFFFE) + 2
