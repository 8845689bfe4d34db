"""Remembers for hours which STUN transactions were answered, in a fixed amount of memory.

The last few are stored with the address they came from: a browser may repeat one from there. Older
ones are stored as four bits each in two Bloom filters, the present and the former one: at one check
every 2.5 seconds they cover between three and six hours. One new transaction in two hundred is
wrongly taken for an old one; the browser's next check then succeeds.
"""

from __future__ import annotations

from collections import OrderedDict

RECENT = 64
FILTER_BITS = 1 << 16
PER_FILTER = 4096


class Transactions:
    """The transactions of one agent."""

    __slots__ = ("_count", "_filter", "_former", "_recent")

    def __init__(self) -> None:
        self._recent: OrderedDict[bytes, object] = OrderedDict()
        self._filter: bytes | bytearray = b""
        self._former: bytes | bytearray = b""
        self._count = 0

    def used_before(self, transaction: bytes, address: object) -> bool:
        """Return whether ``transaction`` (12 bytes) was used before or elsewhere; remember it."""
        first = self._recent.get(transaction)
        if first is not None:
            return first != address
        bits = _bits(transaction)
        if _holds(self._filter, bits) or _holds(self._former, bits):
            return True
        self._recent[transaction] = address
        if len(self._recent) > RECENT:
            self._file(self._recent.popitem(last=False)[0])
        return False

    def _file(self, transaction: bytes) -> None:
        if not self._filter or self._count == PER_FILTER:
            self._former, self._filter = self._filter, bytearray(FILTER_BITS // 8)
            self._count = 0
        self._count += 1
        assert isinstance(self._filter, bytearray)
        for bit in _bits(transaction):
            self._filter[bit >> 3] |= 1 << (bit & 7)


def _bits(transaction: bytes) -> tuple[int, ...]:
    # Transaction numbers are 96 random bits: four times sixteen of them are four good hashes.
    return tuple(transaction[at] << 8 | transaction[at + 1] for at in (0, 3, 6, 9))


def _holds(bits: bytes | bytearray, wanted: tuple[int, ...]) -> bool:
    return bool(bits) and all(bits[bit >> 3] >> (bit & 7) & 1 for bit in wanted)
