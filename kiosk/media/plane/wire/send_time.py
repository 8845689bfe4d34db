"""When a picture packet left, as browsers write it in every one (abs-send-time).

24 bits of seconds in 1/2^18, on a clock of the sender's own. From when they left and when they came
a receiver's browser reckons what its line takes. With two people the publisher's time goes through
and the whole way is judged at once. Several publishers' clocks in one reckoning make nonsense: with
more people every packet says when it left *us*, on one clock, which goes on from the publisher's
that a receiver was used to.

    http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
"""

from __future__ import annotations

from kiosk.media.plane.wire.rtp import extension_at
from kiosk.media.plane.wire.sdp import SEND_TIME_ID

UNITS = 1 << 18
"""A second."""
WRAP = 1 << 24


def stamp(now: float) -> int:
    """Return a time of ours in 24 bits."""
    return int(now * UNITS) % WRAP


def place_in(packet: bytes | bytearray, size: int) -> int:
    """Return where the three bytes stand in the decrypted ``packet[:size]``, or 0."""
    at = extension_at(packet, size, SEND_TIME_ID)
    return at if at + 3 <= size else 0


def offset_of(packet: bytes, arrived_at: float) -> int:
    """Return how far the clock of a packet's publisher is ahead of ours; 0 when it does not say."""
    at = place_in(packet, len(packet))
    return (int.from_bytes(packet[at : at + 3]) - stamp(arrived_at)) % WRAP if at else 0


def restamped(packet: bytes, offset: int, now: float) -> bytes:
    """Return a kept packet as one that leaves now."""
    at = place_in(packet, len(packet))
    if not at:
        return packet
    return packet[:at] + ((stamp(now) + offset) % WRAP).to_bytes(3) + packet[at + 3 :]
