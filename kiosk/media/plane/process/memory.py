"""Gives the kernel back what those who have left had taken of the heap.

The C library keeps freed memory in the middle of its heap, and what the next handshake takes
seldom fits where the last one's lay (decision 0121).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from cffi import FFI

EVERY_S = 30.0

_ffi = FFI()
_ffi.cdef("int malloc_trim(size_t);")
_system: Any = _ffi.dlopen(None)


def trim() -> None:
    """Give back every free page, malloc_trim(3); takes 0.2 ms with sixty people.

    Does nothing where the C library has no such function, as musl.
    """
    give_back = getattr(_system, "malloc_trim", None)
    if give_back is not None:
        give_back(0)


async def keep_trimmed(ended: Callable[[], int]) -> None:
    """Trim now and then, until cancelled, when more people have ``ended`` than last time."""
    before = 0
    while True:
        await asyncio.sleep(EVERY_S)
        if (now := ended()) != before:
            before = now
            trim()
