"""Every bound of the media plane in one place: sizes in bytes, times in seconds, counts otherwise.

Nothing that comes from outside may grow without one of these.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.media.messages import MAX_NAME as MAX_NAME
from kiosk.media.messages import MAX_SDP as MAX_SDP

MAX_DATAGRAM = 1500
"""Longer datagrams are dropped unread: no browser sends them, and in-place crypto needs a cap."""

SLOT = 2048
"""A packet buffer: the longest datagram plus the longest trailer libsrtp may ever write (144)."""

MAX_PLAIN = MAX_DATAGRAM - 16
"""A decrypted packet longer than this would outgrow a datagram under the 16-byte GCM tag."""

DATAGRAMS_PER_WAKE = 64
"""How many datagrams one socket may take before the loop looks after the others."""

DTLS_QUEUE = 128
"""DTLS datagrams a peer may have waiting, in particular before its answer has arrived."""

CHECKS_PER_SECOND = 100
CHECKS_BURST = 300
"""Binding requests looked at for one browser, which sends one each 50 ms and path at first."""

ADDRESS_HELD_S = 10.0
"""So long after its last check a browser's address in use is not given to another one."""

MOST_SENT = 64
"""Packets that leave in one system call; a full room has nine receivers."""

ADDRESSES_PER_PEER = 8
SSRCS_PER_PEER = 12
"""Each SSRC makes libsrtp keep a stream; a browser uses four for RTP and the same for RTCP."""

MAX_MESSAGE = 64 * 1024
"""The longest message on the control data channel, either way."""

MESSAGES_PER_SECOND = 20
MESSAGE_BURST = 60
MESSAGE_STRIKES = 600
"""Messages above the rate are refused; a peer that goes on for this many more is ended."""

KEY_FRAME_INTERVAL_S = 0.4
"""At most one key frame request per publisher in this time."""

PREJOIN_KEY_FRAME_S = 1.5
"""So old may the last key frame of a picture nobody watches be while somebody is at the door. What
has come since is sent to whoever enters, and may not be more than ``packet_cache.FLUSH_LIMIT``."""

REPEATS_PER_SECOND = 500
"""Packets repeated for one subscriber; twice a 2 Mbit/s picture, so that any loss can be mended."""

FEEDBACK_PER_SECOND = 400
FEEDBACK_BURST = 1000
"""RTCP messages acted on for one browser; a room of ten at 10 % loss makes a hundred a second."""

NACK_ENTRIES = 64
"""Entries looked at in one NACK, of up to 17 packets each."""

PACKETS_UP_PER_SECOND = 5000
"""Authentic RTP from one browser, averaged over a look at it; three layers and a screen make 800.
A peer beyond is ended: everything it sends is encrypted anew for each of the others."""

DTLS_PER_SECOND = 500
DTLS_BURST = 1000
"""DTLS datagrams from one browser's addresses; a page of messages needs a few dozen."""

SCTP_CHUNKS = 32
"""Chunks in one SCTP packet."""

SCTP_CHUNKS_PER_SECOND = 500
SCTP_BURST = 1000
"""Chunks from one browser; beyond, packets are dropped, which slows SCTP down by itself."""

SCTP_WINDOW = 1024
"""How far ahead of the last complete one a transmission sequence number may be."""

SCTP_STREAMS = 16
"""Incoming streams of an association; ours is one of them."""

SCTP_STRIKES = 2000
"""Packets refused, malformed ones weighing a hundred times as much, before the peer is ended."""

FOREIGN_CHANNELS = 4
"""Data channels a browser may try to open beside ``control`` before it is ended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an installation may tune, and what tests shorten."""

    peers_per_room: int = 10
    peers: int = 600
    waiting: int = 200
    """Peers among them that are not inside: made an offer, shaking hands, or at the door."""

    join_s: float = 30.0
    """A peer that has not connected by then, or is still at the door, is dropped."""

    away_s: float = 8.5
    """Nothing authentic of any kind for so long, and the others are told that somebody is gone.
    Browsers renew their consent every 6 s at most and report more often; looked at each second."""

    consent_s: float = 30.0
    """Without a valid binding request for so long, nothing more is sent (RFC 7675 §5.1)."""

    gone_s: float = 70.0
    """And after so long the peer is dropped: a minute, and more, to come back to the same seat."""

    report_interval_s: float = 1.0
    tick_s: float = 0.05
    start_bitrate: int = 1_000_000
    """bit/s hinted to a publisher before any subscriber has said what it can take."""


class Allowance:
    """A token bucket: ``rate`` a second, up to ``burst`` at once."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left = burst
        self._at = now

    def take(self, now: float) -> bool:
        """Use one if there is one left at ``now`` (seconds, never going back)."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
