"""Arrivals are traced to their departures, whatever numbers a server gives the packets."""

from __future__ import annotations

import numpy as np
import pytest

from bench.load.mill import ARRIVAL, DEPARTURE
from bench.load.packets import MARK, Load
from bench.load.tracing import PacketsMixedUp, latencies

SENT = [1000, 2000, 3000, 1500, 2500]
STREAM, INDEX = [0, 0, 0, 1, 1], [0, 1, 2, 0, 1]
SOCKET, SSRC = 7, 99


def a_load() -> Load:
    """Two streams, of three and of two packets."""
    departures = np.zeros(len(SENT), DEPARTURE)
    departures["sent"] = SENT
    return Load(departures, bytearray(), np.array(STREAM), np.array(INDEX))


def arriving(*packets: tuple[int, int], ssrc: int = SSRC) -> np.ndarray:
    """Packets as (number the server gave it, when it came)."""
    arrivals = np.zeros(len(packets), ARRIVAL)
    arrivals["socket"], arrivals["ssrc"] = SOCKET, ssrc
    arrivals["sequence"], arrivals["at"] = zip(*packets, strict=True)
    return arrivals


def a_sample(number: int, stream: int, index: int) -> tuple[int, bytes]:
    """A packet that was looked into: the server's number, and the mark it was sent with."""
    header = b"\x80\x60" + number.to_bytes(2) + bytes(4) + SSRC.to_bytes(4)
    return SOCKET, header + MARK.pack(stream, index)


def traced(arrivals: np.ndarray, *samples: tuple[int, bytes]) -> list[int]:
    return latencies(a_load(), arrivals, samples, lambda _, packet: packet).tolist()


def test_each_packet_is_timed_from_its_own_departure():
    arrivals = arriving((501, 2030), (500, 1020), (502, 3040))

    assert traced(arrivals, a_sample(501, 0, 1)) == [30, 20, 40]


def test_numbers_that_wrap_round_are_followed():
    arrivals = arriving((65535, 1020), (0, 2030), (1, 3040))

    assert traced(arrivals, a_sample(0, 0, 1)) == [20, 30, 40]


def test_a_stream_nobody_looked_into_is_counted_but_not_timed():
    assert traced(arriving((500, 1020), ssrc=1), a_sample(500, 0, 0)) == [-1]


def test_a_server_that_changes_its_numbering_is_found_out():
    with pytest.raises(PacketsMixedUp, match="numbering"):
        traced(arriving((500, 1020)), a_sample(500, 0, 0), a_sample(502, 0, 1))


def test_a_packet_that_was_never_sent_is_found_out():
    with pytest.raises(PacketsMixedUp, match="never sent"):
        traced(arriving((500, 1520), (502, 2600)), a_sample(500, 1, 0))
