"""Sums up the plane's figures when the web process asks for them."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Sized
from pathlib import Path

from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.statistics import Statistics


def collect(
    counters: Counters, instance: str, rooms: Sized, peers: Collection[Peer], uptime_s: float
) -> Statistics:
    """Return everything counted so far, for present and former peers."""
    up = _total(counters.former_up, (peer.publications.received for peer in peers))
    down = _total(counters.former_down, (peer.connection.sent for peer in peers))
    joined = sum(1 for peer in peers if peer.joined)
    return Statistics(
        instance=instance,
        uptime_s=uptime_s,
        cpu_s=time.process_time(),
        resident_bytes=_resident_bytes(),
        rooms=len(rooms),
        connecting=len(peers) - joined,
        connected=joined,
        datagrams_received=counters.received,
        packets_up=up.packets,
        packets_down=down.packets,
        bytes_up=up.bytes,
        bytes_down=down.bytes,
        forwarded=counters.forwarded,
        dropped=counters.drops(),
        repeats=counters.repeats,
        repeats_gone=counters.repeats_gone,
        repeats_refused=counters.repeats_refused,
        nacks_sent=counters.nacks_sent,
        packets_asked=counters.packets_asked,
        key_frames_asked=counters.key_frames_asked,
        key_frames_wanted=counters.key_frames_wanted,
        offers=counters.offers,
        joins=counters.joins,
        ended=dict(counters.ended),
        join_s=counters.join_s.read(),
        loop_delay_s=counters.loop_delay_s.read(),
    )


def _total(former: Tally, present: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in (former, *present):
        whole.add(tally)
    return whole


def _resident_bytes() -> int:
    """Return this process' memory; 0 where the system does not report it as Linux does."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
