"""The bitrate a publisher is asked to send: what its line carries and its receivers can use."""

from __future__ import annotations

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.wire.sdp import VIDEO

MIN_BITRATE = 60_000
"""bit/s; no receiver limits a publisher to less, because sound alone would suffer."""

MOST_BITRATE = 4_000_000
"""bit/s; the limit of a publisher that shares a screen, whatever its line carries."""


def useful_bitrate(publisher: Peer, start_bitrate: int) -> int:
    """Return what a publisher should send in all, bit/s.

    Where layers can be chosen, a slow receiver gets a smaller one; otherwise it limits the
    publisher. ``start_bitrate`` is used before any receiver has reported.
    """
    publications, subscribers = publisher.publications, publisher.subscribers
    budget = publications.budget
    shares = [
        subscriber.downlink.remb * max(1, _pictures(publisher, subscriber)) // _all(subscriber)
        for subscriber in subscribers
        if subscriber.downlink.remb is not None
    ]
    slowest = min(shares, default=start_bitrate)
    if not publications.stamped:
        # The receiver judges the whole path; a bitrate that has arrived is not taken back.
        arrived = (subscriber.downlink.throughput.bitrate for subscriber in subscribers)
        slowest = max(slowest, min(arrived, default=0))
        budget.bitrate = slowest
        return max(MIN_BITRATE, slowest)
    if publications.ladder.adapts:
        most = MOST_BITRATE if publisher.viewers else publications.ladder.most
        return max(MIN_BITRATE, int(min(budget.bitrate, most)))
    return max(MIN_BITRATE, int(min(budget.bitrate, slowest)))


def _pictures(publisher: Peer, subscriber: Peer) -> int:
    """Count the pictures that one peer sends another: camera and shared screen."""
    return publisher.publications.shows_camera + (subscriber in publisher.viewers)


def _all(subscriber: Peer) -> int:
    """Count the pictures that share a browser's bitrate, at least one.

    Its REMB covers everything it receives; a participant with the camera off leaves their part to
    the others.
    """
    publishers = [
        slot.publisher for slot in subscriber.slots if slot.takes(VIDEO) and slot.publisher
    ]
    return max(1, sum(_pictures(one, subscriber) for one in publishers))
