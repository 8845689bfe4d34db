"""A receiver gets one unbroken stream, whichever layers it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.streams.packet_cache import PacketCache
from kiosk.media.plane.streams.stream_rewriter import Rewriter
from tests.media.film import Film, base, picture, sequence, timestamp


class Cut:
    """A receiver's rewriter, and the layers' caches."""

    def __init__(self) -> None:
        self.rewriter = Rewriter()
        self.caches: dict[int, PacketCache] = {}

    def cache(self, film: Film) -> PacketCache:
        return self.caches.setdefault(id(film), PacketCache())

    def begin(self, film: Film, packet: bytes, gap: int = 3000) -> None:
        self.rewriter.begin(packet, len(packet), self.cache(film), gap)

    def show(self, film: Film, packets: list[bytes]) -> list[bytes]:
        out, shown = bytearray(2048), []
        for packet in packets:
            self.cache(film).put(sequence(packet), packet, key_frame=False)
            size = self.rewriter.write(bytearray(packet), len(packet), out)
            if size:
                shown.append(bytes(out[:size]))
        return shown


def a_film_cut_together(first: Film, second: Film) -> list[bytes]:
    cut = Cut()
    shown: list[bytes] = []
    for film in (first, second, first):
        opening = film.frame(key=True, packets=2)
        cut.begin(film, opening[0])
        shown += cut.show(film, opening + film.frame() + film.frame(packets=3))
    return shown


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Film(), Film(40_000, 2_000_000_000, 16_000, 200)),
        (Film(65_533, 0xFFFFFF00, 0x7FFE, 0xFE), Film(5, 6, 7, 8)),
        (Film(5, 6, 7, 8), Film(65_533, 0xFFFFFF00, 0x7FFE, 0xFE)),
    ],
    ids=["far apart", "wrapping before the cut", "wrapping after it"],
)
def test_every_number_continues_over_a_change_of_layers(first: Film, second: Film):
    shown = a_film_cut_together(first, second)

    steps = list(zip(shown, shown[1:], strict=False))
    assert [(sequence(b) - sequence(a)) & 0xFFFF for a, b in steps] == [1] * 17
    expected = [0, 1, 1, 0, 0, 1] * 3
    assert [(picture(b) - picture(a)) & 0x7FFF for a, b in steps] == expected[:17]
    assert [(base(b) - base(a)) & 0xFF for a, b in steps] == expected[:17]
    assert [(timestamp(b) - timestamp(a)) & 0xFFFFFFFF for a, b in steps] == [
        3000 * step for step in expected[:17]
    ]


def test_the_first_layer_keeps_the_publishers_numbers():
    film, cut = Film(700, 800, 900, 10), Cut()
    packets = film.frame(key=True)

    cut.begin(film, packets[0])

    assert cut.show(film, packets) == packets


def test_a_short_picture_id_stays_short():
    def short(packet: bytes) -> bytes:
        number = packet[14] << 8 | packet[15]
        return packet[:14] + bytes([number & 0x7F]) + packet[16:]

    first, second, cut = Film(picture=126), Film(picture=3), Cut()
    for film in (first, second):
        opening = film.frame(key=True)[0]
        cut.begin(film, short(opening))
        [shown] = cut.show(film, [short(opening)])
    assert shown[14] == 127
    [shown] = cut.show(second, [short(second.frame()[0])])
    assert shown[14] == 0


def test_a_late_packet_from_before_the_change_is_left_out():
    first, second, cut = Film(), Film(sequence=100), Cut()
    opening = first.frame(key=True)
    cut.begin(first, opening[0])
    cut.show(first, opening)
    early = second.frame()
    key = second.frame(key=True)

    cut.begin(second, key[0])

    assert cut.show(second, early) == []
    assert [sequence(one) for one in cut.show(second, key)] == [1]


def test_packets_out_of_order_keep_their_order():
    film, cut = Film(sequence=65_534), Cut()
    packets = film.frame(key=True, packets=4)
    cut.begin(film, packets[0])

    shown = cut.show(film, [packets[n] for n in (0, 2, 1, 3)])

    assert [sequence(one) for one in shown] == [65_534, 0, 65_535, 1]


def test_padding_is_cut_off_but_keeps_its_number():
    film, cut = Film(), Cut()
    opening = film.frame(key=True)
    cut.begin(film, opening[0])
    shown = cut.show(film, [*opening, film.padding(), film.frame()[0]])

    assert [sequence(one) for one in shown] == [0, 1, 2]
    assert len(shown[1]) == 12
    assert shown[1][0] == 0x80


def test_a_requested_packet_is_found_under_the_receivers_number():
    first, second, cut = Film(sequence=65_535), Film(sequence=30_000), Cut()
    shown = []
    for film in (first, second):
        opening = film.frame(key=True, packets=2)
        cut.begin(film, opening[0])
        shown += cut.show(film, opening + film.frame(packets=2))

    for packet in shown:
        assert cut.rewriter.cached(sequence(packet)) == packet
    for number in (65_534, 7, 40_000):
        assert cut.rewriter.cached(number) is None


def test_a_repaired_packet_that_came_after_the_change_is_found():
    first, second, cut = Film(), Film(sequence=30_000), Cut()
    lost = first.frame(key=True, packets=3)
    cut.begin(first, lost[0])
    cut.show(first, [lost[0], lost[2]])
    opening = second.frame(key=True)
    cut.begin(second, opening[0])
    cut.show(second, opening)
    assert cut.rewriter.cached(1) is None

    cut.cache(first).put(1, lost[1], key_frame=False)

    assert cut.rewriter.cached(1) == lost[1]


def test_a_receiver_that_got_packets_unchanged_continues_without_a_gap():
    film, other, cut = Film(500, 600, 700, 80), Film(), Cut()
    before = film.frame()
    cut.caches[id(film)] = PacketCache()
    cut.cache(film).put(500, before[0], key_frame=False)
    cut.rewriter.continue_from(before[0], cut.cache(film))

    assert cut.show(film, film.frame())[0][2:4] == (501).to_bytes(2)
    assert cut.rewriter.cached(500) == before[0]
    opening = other.frame(key=True)
    cut.begin(other, opening[0])
    [shown] = cut.show(other, opening)
    assert (sequence(shown), timestamp(shown)) == (502, 600 + 2 * 3000)
    assert (picture(shown), base(shown)) == (702, 82)


@given(
    st.lists(
        st.tuples(st.integers(0x80, 0xBF), st.binary(min_size=11, max_size=40), st.booleans()),
        max_size=40,
    ),
    st.integers(0, 0xFFFF),
)
def test_rubbish_from_a_publisher_is_forwarded_and_raises_nothing(
    packets: list[tuple[int, bytes, bool]], asked: int
):
    rewriter, cache, out = Rewriter(), PacketCache(), bytearray(2048)
    assert rewriter.cached(asked) is None
    for first, rest, cuts in [(0x80, bytes(11), True), *packets]:
        packet = bytearray([first, *rest])
        cache.put(sequence(packet), bytes(packet), key_frame=cuts)
        if cuts:
            rewriter.begin(packet, len(packet), cache, 3000)
        assert 0 <= rewriter.write(packet, len(packet), out) <= len(packet)
        assert len(out) == 2048
        rewriter.cached(asked)
