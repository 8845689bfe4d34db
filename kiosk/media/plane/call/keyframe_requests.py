"""Asking publishers for key frames: never more often than the interval, never forgotten either."""

from __future__ import annotations

from kiosk.media.plane.limits import KEY_FRAME_INTERVAL_S
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.wire import rtcp


def request_key_frame(publication: Publication, now: float) -> None:
    """Send a PLI now, or as soon as the interval since the last one is over."""
    publication.wants_key_frame = True
    send_wanted(publication, now)


def asked_lately(
    publication: Publication, now: float, within_s: float = KEY_FRAME_INTERVAL_S
) -> bool:
    """Tell whether a key frame is on its way, or came less than about ``within_s`` ago."""
    return now - publication.asked_at < within_s


def send_wanted(publication: Publication, now: float) -> None:
    """Send the PLI that is waiting, if there is one and it is time."""
    if not publication.wants_key_frame or publication.ssrc is None:
        return
    if asked_lately(publication, now):
        return
    if publication.peer.send_rtcp(rtcp.pli(publication.ssrc)):
        publication.wants_key_frame = False
        publication.asked_at = now
        publication.peer.counters.key_frames_asked += 1
