"""Key frame requests to publishers: never more often than the interval, and never forgotten."""

from __future__ import annotations

from kiosk.media.plane.limits import KEY_FRAME_INTERVAL_S
from kiosk.media.plane.streams.publication import Publication
from kiosk.media.plane.wire import rtcp


def request_key_frame(publication: Publication, now: float) -> None:
    """Send a PLI now, or as soon as the interval since the last one is over."""
    publication.needs_key_frame = True
    send_pending_request(publication, now)


def requested_recently(
    publication: Publication, now: float, within_s: float = KEY_FRAME_INTERVAL_S
) -> bool:
    """Return whether a key frame was requested less than ``within_s`` ago."""
    return now - publication.requested_at < within_s


def send_pending_request(publication: Publication, now: float) -> None:
    """Send the PLI that is pending, if there is one and the interval is over."""
    if not publication.needs_key_frame or publication.ssrc is None:
        return
    if requested_recently(publication, now):
        return
    if publication.sender.send_rtcp(rtcp.pli(publication.ssrc)):
        publication.needs_key_frame = False
        publication.requested_at = now
        publication.counters.key_frames_asked += 1
