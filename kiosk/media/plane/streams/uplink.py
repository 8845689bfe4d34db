"""Reception of one publisher's stream: receiver report (RFC 3550 A.1, A.3, A.8) and NACKs.

Pure arithmetic on sequence numbers and times; the caller sends.
"""

from __future__ import annotations

from kiosk.media.plane.wire.rtcp import ReportBlock

MAX_MISSING = 128
"""When more packets are missing, a key frame is requested instead of repeats."""

TRIES = 6
RETRY_S = 0.08
"""Between two NACKs for the same packet; about a round trip on a home line."""

MAX_REORDER_S = 0.06
"""How long at most a late packet is waited for before the first NACK."""

MIN_REORDER_S = 0.005
"""A shorter wait is none."""

DECAY = 0.98
"""Factor of the wait at each gap, so that a line that keeps the order soon has none."""


class Uplink:
    """Follows one incoming RTP stream. Times are seconds of the plane's clock."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_extended",
        "_jitter",
        "_missing",
        "_reorder_s",
        "_received_before",
        "_transit",
        "_timestamp",
        "_rate",
        "fraction_lost",
        "last_sr",
        "last_sr_at",
        "needs_key_frame",
        "received",
        "repairs",
        "rtt_s",
    )

    def __init__(self, clock_rate: int, *, repairs: bool) -> None:
        self._rate = clock_rate
        self._base = -1
        self._extended = -1
        self._transit: float | None = None
        self._timestamp = -1
        self._jitter = 0.0
        # Extended sequence number -> NACKs sent, time of the next, time it was found missing.
        self._missing: dict[int, tuple[int, float, float]] = {}
        self._reorder_s = 0.0
        self.rtt_s = 0.0
        """The round trip to the publisher; a packet that comes sooner is no answer to a NACK."""
        self._expected_before = 0
        self._received_before = 0
        self.received = 0
        self.fraction_lost = 0
        self.last_sr = 0
        self.last_sr_at = 0.0
        self.repairs = repairs
        self.needs_key_frame = False

    def arrived(self, sequence: int, timestamp: int, now: float) -> bool:
        """Count one packet; True when packets before it are missing and a NACK is due at once."""
        self.received += 1
        if self._extended < 0:
            self._base = self._extended = sequence
            return False
        if timestamp != self._timestamp:
            self._measure_jitter(timestamp, now)
        step = (sequence - self._extended) & 0xFFFF
        if step == 1:
            self._extended += 1
            return False
        if 0 < step < 0x8000:
            return self._jumped(step, now)
        self._late(self._extended - (-step & 0xFFFF), now)
        return False

    def _jumped(self, step: int, now: float) -> bool:
        first = self._extended + 1
        self._extended += step
        if not self.repairs:
            return False
        if step - 1 + len(self._missing) > MAX_MISSING:
            self._missing.clear()
            self.needs_key_frame = True
            return False
        self._reorder_s *= DECAY
        if self._reorder_s < MIN_REORDER_S:
            self._reorder_s = 0.0
        for number in range(first, self._extended):
            self._missing[number] = (0, now + self._reorder_s, now)
        return not self._reorder_s

    def _late(self, number: int, now: float) -> None:
        """Take a late packet; learn how late packets come that were not repeated for us."""
        tries, _, found_at = self._missing.pop(number, (TRIES, 0.0, 0.0))
        delay = now - found_at
        if tries == 0 or (tries == 1 and delay < self.rtt_s / 2):
            self._reorder_s = min(MAX_REORDER_S, max(self._reorder_s, delay))

    def _measure_jitter(self, timestamp: int, now: float) -> None:
        # Only the first packet of a frame counts: the others are sent together and arrive in a row.
        transit = now * self._rate - timestamp
        if self._transit is not None:
            distance = abs(transit - self._transit)
            if distance < self._rate * 10:  # a wrapped or restarted timestamp is not jitter
                self._jitter += (distance - self._jitter) / 16
        self._transit = transit
        self._timestamp = timestamp

    def due(self, now: float) -> list[int]:
        """Return the 16-bit numbers to name in a NACK now, oldest first; gives up after TRIES."""
        wanted = []
        for number, (tries, next_at, found_at) in list(self._missing.items()):
            if next_at > now:
                continue
            if tries >= TRIES:
                del self._missing[number]
                self.needs_key_frame = True
                continue
            self._missing[number] = (tries + 1, now + RETRY_S, found_at)
            wanted.append(number & 0xFFFF)
        return wanted

    def block(self, ssrc: int, now: float) -> ReportBlock | None:
        """Return the report on the time since the last call, or None before the first packet."""
        if self._extended < 0:
            return None
        expected = self._extended - self._base + 1
        expected_now = expected - self._expected_before
        lost_now = expected_now - (self.received - self._received_before)
        self._expected_before, self._received_before = expected, self.received
        self.fraction_lost = (
            min(255, (lost_now << 8) // expected_now) if expected_now > 0 and lost_now > 0 else 0
        )
        delay = int((now - self.last_sr_at) * 65536) if self.last_sr else 0
        return ReportBlock(
            ssrc=ssrc,
            fraction=self.fraction_lost,
            lost=expected - self.received,
            highest=self._extended & 0xFFFFFFFF,
            jitter=int(self._jitter),
            last_sr=self.last_sr,
            delay_since_sr=min(delay, 0xFFFFFFFF),
        )

    @property
    def jitter_ms(self) -> float:
        """Interarrival jitter, milliseconds."""
        return self._jitter * 1000 / self._rate
