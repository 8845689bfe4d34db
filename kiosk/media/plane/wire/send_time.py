"""The send time in picture packets (abs-send-time).

24 bits, in units of 1/2^18 s, on the sender's own clock. A receiver's browser estimates its line
from the times of sending and of arrival. With two people the publisher's send time is kept, and
the receiver judges the whole path. Several publishers' clocks in one estimate would make it wrong,
so with more people each packet carries the *server's* send time, on one clock that continues the
publisher's clock which the receiver had before.

    http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
"""

from __future__ import annotations

from kiosk.media.plane.wire.rtp import extension_at
from kiosk.media.plane.wire.sdp import SEND_TIME_ID

UNITS = 1 << 18
"""A second."""
WRAP = 1 << 24


def stamp(now: float) -> int:
    """Return a time of our clock in 24 bits."""
    return int(now * UNITS) % WRAP


def place_in(packet: bytes | bytearray, size: int) -> int:
    """Return the position of the three bytes in the decrypted ``packet[:size]``, or 0."""
    at = extension_at(packet, size, SEND_TIME_ID)
    return at if at + 3 <= size else 0


def offset_of(packet: bytes, arrived_at: float) -> int:
    """Return how far the clock of a packet's publisher is ahead of ours; 0 without a send time."""
    at = place_in(packet, len(packet))
    return (int.from_bytes(packet[at : at + 3]) - stamp(arrived_at)) % WRAP if at else 0


def restamped(packet: bytes, offset: int, now: float) -> bytes:
    """Return a cached packet with the present time as its send time."""
    at = place_in(packet, len(packet))
    if not at:
        return packet
    return packet[:at] + ((stamp(now) + offset) % WRAP).to_bytes(3) + packet[at + 3 :]
