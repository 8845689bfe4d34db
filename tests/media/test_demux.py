"""The kind of a datagram by its first bytes (RFC 7983), and which sockets are opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.transport.udp import open_sockets
from kiosk.media.plane.wire.demux import Kind, classify


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x00\x01", Kind.STUN),
        (b"\x03\xff", Kind.STUN),
        (b"\x04\x00", Kind.UNKNOWN),
        (b"\x13\x00", Kind.UNKNOWN),
        (b"\x14\xfe", Kind.DTLS),
        (b"\x3f\x00", Kind.DTLS),
        (b"\x40\x00", Kind.UNKNOWN),  # TURN channels are not ours
        (b"\x7f\x00", Kind.UNKNOWN),
        (b"\x80\x60", Kind.RTP),
        (b"\xbf\x6f", Kind.RTP),
        (b"\x80\xe0", Kind.RTP),  # payload type 96 with the marker set
        (b"\x80\xc8", Kind.RTCP),
        (b"\x81\xdf", Kind.RTCP),
        (b"\xc0\x00", Kind.UNKNOWN),
    ],
)
def test_the_first_bytes_decide_the_kind_of_a_datagram(start: bytes, kind: Kind):
    datagram = start + bytes(30)

    assert classify(datagram, len(datagram)) is kind


@pytest.mark.parametrize("datagram", [b"", b"\x80", b"\x80\x60" + bytes(9), b"\x80\xc8" + bytes(5)])
def test_a_datagram_that_is_too_short_has_no_kind(datagram: bytes):
    assert classify(datagram, len(datagram)) is Kind.UNKNOWN


@given(st.binary(max_size=20))
def test_every_datagram_is_classified_without_an_error(datagram: bytes):
    assert classify(datagram, len(datagram)) in Kind


def test_every_address_gets_the_same_port():
    sockets, port = open_sockets(("127.0.0.1", "127.0.0.2"), 0)

    names = [one.getsockname()[:2] for one in sockets]
    for one in sockets:
        one.close()

    assert names == [("127.0.0.1", port), ("127.0.0.2", port)]


def test_a_wildcard_address_replaces_the_others_of_its_family():
    sockets, port = open_sockets(("0.0.0.0", "127.0.0.1", "0.0.0.0"), 0)

    names = [one.getsockname() for one in sockets]
    for one in sockets:
        one.close()

    assert names == [("0.0.0.0", port)]


def test_a_port_in_use_raises_an_error_and_leaves_no_socket_open():
    taken, port = open_sockets(("127.0.0.1",), 0)

    with pytest.raises(OSError, match="in use"):
        open_sockets(("127.0.0.2", "127.0.0.1"), port)
    again, _ = open_sockets(("127.0.0.2",), port)

    for one in taken + again:
        one.close()
