"""Every bound of the media plane in one place: sizes in bytes, times in seconds, counts otherwise.

Nothing that comes from outside may grow without one of them (docs/limits.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.media.messages import MAX_NAME as MAX_NAME
from kiosk.media.messages import MAX_SDP as MAX_SDP
from kiosk.system.allowance import Allowance as Allowance

MAX_DATAGRAM = 1500
"""Longer datagrams are dropped unread: browsers never send them, and encryption is in place."""

SLOT = 2048
"""Bytes of a packet buffer: the longest datagram plus libsrtp's longest trailer (144)."""

MAX_PLAIN = MAX_DATAGRAM - 16
"""A longer decrypted packet would exceed a datagram with its 16-byte GCM tag."""

DATAGRAMS_PER_WAKE = 64
"""Datagrams read from one socket before the event loop does other work."""

DTLS_QUEUE = 128
"""DTLS datagrams queued for a peer, in particular before its answer has arrived."""

CHECKS_PER_SECOND = 100
CHECKS_BURST = 300
"""Binding requests read for one browser, which at first sends one every 50 ms on each path."""

ADDRESS_HELD_S = 10.0
"""How long after a browser's last check from it its address cannot be taken by another browser."""

MOST_SENT = 64
"""Packets sent with one system call; a full room has nine receivers."""

ADDRESSES_PER_PEER = 8
SSRCS_PER_LINE = 2
"""SSRCs accepted for each audio and video m-line offered to a browser. Firefox reports on every
m-line under an SSRC of that line (RFC 3550 §8.1 lets it); each may begin anew under another one."""

SSRCS_SPARE = 8
"""SSRCs beyond those of the m-lines: layers of the picture and streams that begin anew. They are
bounded because libsrtp keeps a stream for each."""

MAX_MESSAGE = 64 * 1024
"""The longest message on the control data channel, either way."""

MESSAGES_PER_SECOND = 20
MESSAGE_BURST = 60
MESSAGE_STRIKES = 600
"""Messages above the rate are refused; a peer that sends so many more is ended."""

KEY_FRAME_INTERVAL_S = 0.4
"""At most one key frame request per publisher in this time."""

PREJOIN_KEY_FRAME_S = 1.5
"""Between two key frame requests to a publisher without subscribers, while a peer is in prejoin.
The packets since then are sent to the peer that enters: at most ``packet_cache.FLUSH_LIMIT``."""

REPEATS_PER_SECOND = 500
"""Packets repeated for one subscriber: twice those of a 2 Mbit/s picture, to repair any loss."""

FEEDBACK_PER_SECOND = 400
FEEDBACK_BURST = 1000
"""RTCP messages acted on for one browser; a room of ten at 10 % loss makes a hundred a second."""

NACK_ENTRIES = 64
"""Entries read in one NACK, of up to 17 packets each."""

PACKETS_UP_PER_SECOND = 5000
"""Authentic RTP packets from one browser, averaged between two looks; three layers and a screen
make 800. A peer that sends more is ended: each packet is encrypted again for each of the others."""

DTLS_PER_SECOND = 500
DTLS_BURST = 1000
"""DTLS datagrams from one browser's addresses; a page of messages needs a few dozen."""

SCTP_CHUNKS = 32
"""Chunks in one SCTP packet."""

SCTP_CHUNKS_PER_SECOND = 500
SCTP_BURST = 1000
"""Chunks from one browser; packets beyond are dropped, which slows SCTP down."""

SCTP_WINDOW = 1024
"""How far a transmission sequence number may be ahead of the last complete one."""

SCTP_STREAMS = 16
"""Incoming streams of an association; ours is one of them."""

SCTP_STRIKES = 2000
"""Refused packets before the peer is ended; a malformed one counts a hundred times."""

FOREIGN_CHANNELS = 4
"""Data channels a browser may try to open beside ``control`` before it is ended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an installation may tune, and what tests shorten."""

    peers_per_room: int = 10
    peers: int = 600
    echoes: int = 150
    """Peers among them that are connected to themselves: measurements never fill the plane."""

    echoes_waiting: int = 60
    """Echo connections among them that have not joined."""

    waiting: int = 200
    """Peers among them that have not joined: with an offer, in the handshake, or in prejoin."""

    join_s: float = 30.0
    """A peer that has not joined so long after its offer is ended."""

    away_s: float = 8.5
    """A peer from which nothing authentic came for so long is away: hidden from the others.
    Browsers renew their consent every 6 s at most, and report more often; checked every second."""

    consent_s: float = 30.0
    """Without a valid binding request on the path in use for so long, nothing more is sent there
    (RFC 7675 §5.1). Requests from other addresses show that the browser is alive, no more."""

    gone_s: float = 70.0
    """After so long without one the peer is ended; until then it can return to its slots."""

    report_interval_s: float = 1.0
    tick_s: float = 0.05
    start_bitrate: int = 1_000_000
    """bit/s; a publisher's first bitrate, before any subscriber has estimated one."""
