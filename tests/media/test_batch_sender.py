"""One packet for several receivers: a copy for each; a refused one affects no other."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator

import pytest
from pylibsrtp import Policy, Session

from kiosk.media.plane.counters import Counters, Tally
from kiosk.media.plane.forwarding.batch_sender import BatchSender
from kiosk.media.plane.limits import MOST_SENT
from kiosk.media.plane.streams.publication import Subscription
from kiosk.media.plane.transport.dtls import ffi
from kiosk.media.plane.transport.udp import sockaddr

KEY = bytes(range(30))
PACKET = struct.pack("!BBHLL", 0x80, 96, 7, 0, 0xFEED) + b"picture"
NOWHERE = ("255.255.255.255", 9)
"""Broadcasting is not allowed on our sockets: the kernel refuses at once."""


class Receiver:
    """A browser's end of one subscription: its address and its keys."""

    def __init__(self, ssrc: int, host: str = "127.0.0.1") -> None:
        self.ssrc = ssrc
        self._socket = _socket(host)
        self._incoming = _session(Policy.SSRC_ANY_INBOUND)
        self._outgoing = _session(Policy.SSRC_ANY_OUTBOUND)

    def subscribe(
        self, source: socket.socket, address: tuple[object, ...] | None = None
    ) -> Subscription:
        """Return the subscription that leads here, or to another ``address``."""
        address = address or self._socket.getsockname()
        return Subscription(
            key=self._outgoing._srtp[0],
            send=source.sendto,
            address=address,
            socket=source.fileno(),
            name=ffi.from_buffer("char[]", sockaddr(address)),
            ssrc=self.ssrc.to_bytes(4),
            tally=Tally(),
        )

    def received(self) -> bytes:
        """Return the packet that came, decrypted."""
        return bytes(self._incoming.unprotect(self._socket.recv(2048)))

    def close(self) -> None:
        """Free the socket."""
        self._socket.close()


@pytest.fixture
def receivers() -> Iterator[list[Receiver]]:
    made: list[Receiver] = []
    yield made
    for one in made:
        one.close()


@pytest.fixture
def source() -> Iterator[socket.socket]:
    with _socket("127.0.0.1") as one:
        yield one


def test_each_receiver_gets_the_packet_under_its_own_ssrc(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers += [Receiver(ssrc) for ssrc in (11, 12, 13)]
    counters = Counters()
    subscriptions = [one.subscribe(source) for one in receivers]

    sends(PACKET, subscriptions, counters)

    expected = [PACKET[:8] + one.ssrc.to_bytes(4) + PACKET[12:] for one in receivers]
    assert [one.received() for one in receivers] == expected
    assert counters.forwarded == 3
    assert [
        (subscription.tally.packets, subscription.tally.bytes) for subscription in subscriptions
    ] == [(1, len(PACKET))] * 3


def test_more_receivers_than_fit_in_one_call_are_all_served(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers += [Receiver(ssrc) for ssrc in range(100, 100 + MOST_SENT + 3)]

    sends(PACKET, [one.subscribe(source) for one in receivers])

    assert [one.received()[8:12] for one in receivers] == [
        one.ssrc.to_bytes(4) for one in receivers
    ]


def test_a_receiver_the_kernel_refuses_loses_only_its_own_copy(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers += [Receiver(ssrc) for ssrc in (11, 12, 13)]
    first, refused, last = receivers
    counters = Counters()
    subscriptions = [
        first.subscribe(source),
        refused.subscribe(source, NOWHERE),
        last.subscribe(source),
    ]

    sends(PACKET, subscriptions, counters)

    assert first.received()[8:12] == (11).to_bytes(4)
    assert last.received()[8:12] == (13).to_bytes(4)
    assert (counters.forwarded, counters.unsent) == (2, 1)
    assert [subscription.tally.packets for subscription in subscriptions] == [1, 0, 1]


def test_each_receiver_is_sent_to_from_its_own_socket(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers += [Receiver(11), Receiver(12, "::1"), Receiver(13)]
    with _socket("::1") as other:
        sources = (source, other, source)
        subscriptions = [one.subscribe(ours) for one, ours in zip(receivers, sources, strict=True)]

        sends(PACKET, subscriptions)

        assert [one.received()[8:12] for one in receivers] == [
            subscription.ssrc for subscription in subscriptions
        ]


def test_a_receiver_whose_writer_returns_zero_gets_nothing(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers += [Receiver(ssrc) for ssrc in (11, 12, 13)]
    counters = Counters()
    subscriptions = [one.subscribe(source) for one in receivers]

    def write(subscription: Subscription, buffer: bytearray) -> int:
        packet = PACKET + subscription.ssrc
        buffer[: len(packet)] = packet
        return 0 if subscription is subscriptions[1] else len(packet)

    sends(PACKET, subscriptions, counters, write=write)

    assert receivers[0].received().endswith(b"picture" + subscriptions[0].ssrc)
    assert receivers[2].received().endswith(b"picture" + subscriptions[2].ssrc)
    assert counters.forwarded == 2
    assert [to.tally.bytes for to in subscriptions] == [
        len(PACKET) + 4,
        0,
        len(PACKET) + 4,
    ]


def test_a_packet_without_subscriptions_is_sent_to_nobody() -> None:
    counters = Counters()

    sends(PACKET, [], counters)

    assert (counters.forwarded, counters.unsent) == (0, 0)


def test_packets_of_one_wake_are_sent_together_and_in_order(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers += [Receiver(11), Receiver(12)]
    subscriptions = [one.subscribe(source) for one in receivers]
    batch = BatchSender(Counters())

    following = PACKET[:3] + b"\x08" + PACKET[4:]  # libsrtp encrypts no number twice
    batch.post(memoryview(PACKET + b"1"), subscriptions)
    batch.post(memoryview(following + b"22"), subscriptions)
    before = [subscription.tally.packets for subscription in subscriptions]
    batch.flush()

    assert before == [0, 0]
    for one in receivers:
        assert [one.received()[-1:], one.received()[-2:]] == [b"1", b"22"]
    assert [to.tally.bytes for to in subscriptions] == [2 * len(PACKET) + 3] * 2


def test_a_packet_that_was_sent_is_not_sent_again(
    receivers: list[Receiver], source: socket.socket
) -> None:
    receivers.append(Receiver(11))
    subscriptions, counters = [receivers[0].subscribe(source)], Counters()
    batch = BatchSender(counters)
    batch.post(memoryview(PACKET), subscriptions)

    batch.flush()
    batch.flush()

    assert counters.forwarded == 1


def sends(
    packet: bytes,
    subscriptions: list[Subscription],
    counters: Counters | None = None,
    *,
    write: Callable[[Subscription, bytearray], int] | None = None,
) -> None:
    batch = BatchSender(counters or Counters())
    batch.post(memoryview(packet), subscriptions, write=write)
    batch.flush()


def _socket(host: str) -> socket.socket:
    one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    one.settimeout(10)
    one.bind((host, 0))
    return one


def _session(direction: int) -> Session:
    return Session(policy=Policy(key=KEY, ssrc_type=direction))
