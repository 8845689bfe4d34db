"""Heap memory freed by ended peers is returned to the kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.media.plane.process import memory


def resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


def test_freed_memory_between_used_blocks_is_returned_to_the_kernel():
    things = [bytes(20_000) for _ in range(2_000)]
    stays = things[::20]
    del things
    before = resident_kb()

    memory.trim()

    assert before - resident_kb() > 20_000
    assert len(stays) == 100


async def test_the_heap_is_trimmed_only_after_a_peer_has_ended(monkeypatch: pytest.MonkeyPatch):
    trimmed: list[int] = []
    ended = [3, 1, 1, 0]
    monkeypatch.setattr(memory, "EVERY_S", 0)
    monkeypatch.setattr(memory, "trim", lambda: trimmed.append(1))

    with pytest.raises(IndexError):  # when there is nothing more to tell
        await memory.keep_trimmed(ended.pop)

    assert len(trimmed) == 2
