"""The layout of a browser: which participant is in which of its slots (docs/signaling.md)."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.media.engine import SlotEntry
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.wire.sdp import slot_mids


def layout_of(peer: Peer) -> list[SlotEntry]:
    """Return the slots a browser knows, and who is in them (None: nobody)."""
    publishers = (slot.publisher if slot.known else None for slot in peer.slots.agreed_slots)
    return _entries(publishers)


def expected_layout(others: Iterable[Peer]) -> list[SlotEntry]:
    """Return the layout of a new peer that will see ``others`` in this order."""
    return _entries(others)


def _entries(publishers: Iterable[Peer | None]) -> list[SlotEntry]:
    entries: list[SlotEntry] = []
    for number, publisher in enumerate(publishers):
        audio, video = slot_mids(number)
        present = publisher.participant if publisher and not publisher.away else None
        entries.append(SlotEntry(audio, video, present))
    return entries
