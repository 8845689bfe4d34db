"""Which missing packets are requested from a publisher, and what is reported to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.streams.uplink import MAX_MISSING, MAX_REORDER_S, RETRY_S, TRIES, Uplink


def video() -> Uplink:
    return Uplink(90000, repairs=True)


def shuffled() -> Uplink:
    """A stream in which 2 was overtaken by 3 and came 30 ms later by itself."""
    uplink = video()
    uplink.rtt_s = 0.1
    for sequence, at in ((1, 0.0), (3, 0.0), (2, 0.03)):
        uplink.arrived(sequence, 0, at)
    return uplink


def test_a_complete_stream_requests_no_packet():
    uplink = video()

    opened = [uplink.arrived(sequence & 0xFFFF, 0, 0.0) for sequence in range(65530, 65550)]

    assert not any(opened)
    assert uplink.due(10.0) == []


def test_a_missing_packet_is_requested_at_once_and_again_until_it_comes():
    uplink = video()
    uplink.arrived(65534, 0, 0.0)

    assert uplink.arrived(1, 0, 0.0)
    assert uplink.due(0.0) == [65535, 0]
    assert uplink.due(RETRY_S / 2) == []

    uplink.arrived(65535, 0, 0.05)

    assert uplink.due(RETRY_S) == [0]
    uplink.arrived(0, 0, 0.1)
    assert uplink.due(1.0) == []


def test_on_a_reordering_line_a_missing_packet_is_waited_for():
    uplink = video()
    uplink.rtt_s = 0.1
    uplink.arrived(1, 0, 0.0)
    uplink.arrived(3, 0, 0.0)
    assert uplink.due(0.0) == [2]
    uplink.arrived(2, 0, 0.03)  # sooner than anything sent because we asked

    assert not uplink.arrived(5, 0, 1.0)
    assert uplink.due(1.0) == []
    uplink.arrived(4, 0, 1.02)

    assert uplink.due(2.0) == []


def test_on_a_reordering_line_a_lost_packet_is_requested_after_the_wait():
    uplink = shuffled()

    uplink.arrived(5, 0, 1.0)

    assert uplink.due(1.0) == []
    assert uplink.due(1.0 + MAX_REORDER_S) == [4]


def test_a_repeat_that_comes_a_round_trip_later_does_not_lengthen_the_wait():
    uplink = video()
    uplink.rtt_s = 0.1
    uplink.arrived(1, 0, 0.0)
    uplink.arrived(3, 0, 0.0)
    uplink.due(0.0)
    uplink.arrived(2, 0, 0.1)

    assert uplink.arrived(5, 0, 1.0)


def test_the_wait_ends_on_a_line_that_keeps_the_order():
    uplink = shuffled()

    at_once = [uplink.arrived(3 + 2 * gap, 0, float(gap)) for gap in range(1, 150)]

    assert not at_once[0]
    assert at_once[-1]


def test_a_key_frame_is_requested_when_a_packet_never_comes():
    uplink = video()
    uplink.arrived(1, 0, 0.0)
    uplink.arrived(3, 0, 0.0)

    asked = [uplink.due(attempt * RETRY_S * 1.01) for attempt in range(TRIES + 2)]

    assert asked == [[2]] * TRIES + [[], []]
    assert uplink.needs_key_frame


def test_a_key_frame_is_requested_when_too_many_packets_are_missing():
    uplink = video()
    uplink.arrived(0, 0, 0.0)

    assert not uplink.arrived(MAX_MISSING + 2, 0, 0.0)

    assert uplink.due(1.0) == []
    assert uplink.needs_key_frame


def test_missing_sound_is_not_requested():
    uplink = Uplink(48000, repairs=False)
    uplink.arrived(1, 0, 0.0)

    assert not uplink.arrived(9, 0, 0.0)
    assert uplink.due(1.0) == []


def test_the_report_counts_the_loss_since_the_last_one_and_over_all():
    uplink = video()
    for sequence in (1, 2, 3, 4):
        uplink.arrived(sequence, 0, 0.0)
    assert uplink.block(9, 1.0).fraction == 0
    for sequence in (6, 8):
        uplink.arrived(sequence, 0, 0.0)

    block = uplink.block(9, 2.0)

    assert (block.fraction, block.lost, block.highest) == (128, 2, 8)
    assert uplink.block(9, 3.0).fraction == 0


def test_the_report_holds_the_delay_since_the_last_sender_report():
    uplink = video()
    uplink.arrived(1, 0, 0.0)
    uplink.last_sr, uplink.last_sr_at = 0xABCD, 10.0

    block = uplink.block(9, 10.5)

    assert (block.last_sr, block.delay_since_sr) == (0xABCD, 32768)


def test_a_stream_without_packets_has_no_report():
    assert video().block(9, 1.0) is None


def test_regular_arrivals_have_no_jitter_and_irregular_ones_do():
    even, uneven = video(), video()
    for frame in range(100):
        even.arrived(frame, frame * 3000, frame / 30)
        uneven.arrived(frame, frame * 3000, frame / 30 + (0.01 if frame % 2 else 0))

    assert even.jitter_ms < 0.1
    assert 8 < uneven.jitter_ms < 11


def test_the_packets_of_one_frame_do_not_count_as_jitter():
    uplink = video()
    for frame in range(50):
        for part in range(4):
            uplink.arrived(frame * 4 + part, frame * 3000, frame / 30 + part * 0.004)

    assert uplink.jitter_ms < 0.1


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 2**32 - 1)), max_size=300))
def test_any_sequence_numbers_keep_memory_and_report_bounded(packets: list[tuple[int, int]]):
    uplink = video()
    for now, (sequence, timestamp) in enumerate(packets):
        uplink.arrived(sequence, timestamp, now / 100)
        assert len(uplink._missing) <= MAX_MISSING

    block = uplink.block(1, 10.0)
    if block is not None:
        assert 0 <= block.fraction <= 255
        assert 0 <= block.jitter < 2**32
