"""RTCP: what is written can be read, and nothing that is read raises."""

from __future__ import annotations

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, unpack_remb_fci
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.plane.wire import rtcp

SSRC = st.integers(0, 0xFFFFFFFF)


def test_a_picture_loss_indication_names_its_stream():
    [message] = rtcp.parse(rtcp.pli(0x1234))

    assert message == rtcp.KeyFrameRequest(0x1234)


def test_a_full_intra_request_names_every_stream_in_it():
    fir = bytes.fromhex("84ce0006 00000001 00000000 000000aa 01000000 000000bb 02000000")

    assert [message.ssrc for message in rtcp.parse(fir)] == [0xAA, 0xBB]


@given(first=st.integers(0, 0xFFFF), gaps=st.lists(st.integers(1, 40), max_size=60))
def test_a_nack_names_every_missing_number_once_and_in_order(first: int, gaps: list[int]):
    numbers = [first]
    for gap in gaps:
        numbers.append((numbers[-1] + gap) & 0xFFFF)

    [message] = rtcp.parse(rtcp.nack(5, numbers))

    assert message == rtcp.Missing(5, tuple(numbers))


@given(bitrate=st.integers(1, 10**9), ssrcs=st.lists(SSRC, min_size=1, max_size=4))
def test_a_remb_keeps_eighteen_bits_of_its_bitrate(bitrate: int, ssrcs: list[int]):
    [message] = rtcp.parse(rtcp.remb(bitrate, tuple(ssrcs)))

    assert message.ssrcs == tuple(ssrcs)
    assert message.bitrate <= bitrate <= message.bitrate * (1 + 2**-17) + 1


@given(
    st.builds(
        rtcp.ReportBlock,
        ssrc=SSRC,
        fraction=st.integers(0, 255),
        lost=st.integers(-0x800000, 0x7FFFFF),
        highest=SSRC,
        jitter=SSRC,
        last_sr=SSRC,
        delay_since_sr=SSRC,
    )
)
def test_a_report_block_is_read_as_it_was_written(block: rtcp.ReportBlock):
    [report] = rtcp.parse(rtcp.receiver_report([block]))

    assert report.blocks == (block,)


def test_a_sender_report_keeps_its_clock_under_another_ssrc():
    info = bytes(range(20))

    [message] = rtcp.parse(rtcp.sender_report(77, info))

    assert message == rtcp.SenderInfo(77, info)
    assert message.middle == 0x02030405


def test_aiortc_reads_the_packets_we_write():
    compound = (
        rtcp.receiver_report([rtcp.ReportBlock(9, 3, -2, 70000, 5, 6, 7)])
        + rtcp.nack(9, [1, 2, 40])
        + rtcp.pli(9)
        + rtcp.remb(1_000_000, (9,))
    )

    report, nack, pli, remb = RtcpPacket.parse(compound)

    assert isinstance(report, RtcpRrPacket)
    assert report.reports[0].packets_lost == -2
    assert isinstance(nack, RtcpRtpfbPacket)
    assert nack.lost == [1, 2, 40]
    assert isinstance(pli, RtcpPsfbPacket)
    assert isinstance(remb, RtcpPsfbPacket)
    assert unpack_remb_fci(remb.fci) == (1_000_000, [9])


def test_a_compound_packet_is_read_to_its_end():
    compound = rtcp.sender_report(1, bytes(20)) + rtcp.goodbye(2) + rtcp.pli(3)

    assert list(rtcp.parse(compound)) == [
        rtcp.SenderInfo(1, bytes(20)),
        rtcp.Goodbye((2,)),
        rtcp.KeyFrameRequest(3),
    ]


@pytest.mark.parametrize("cut", range(1, 28))
def test_a_truncated_packet_yields_no_message(cut: int):
    assert list(rtcp.parse(rtcp.sender_report(1, bytes(20))[:-cut])) == []


@given(st.binary(max_size=200))
def test_rubbish_never_raises(data: bytes):
    list(rtcp.parse(data))


@given(st.sampled_from([200, 201, 203, 205, 206]), st.integers(0, 31), st.binary(max_size=96))
def test_plausible_rubbish_never_raises(kind: int, count: int, body: bytes):
    body = body[: len(body) // 4 * 4]
    head = bytes([0x80 | count, kind]) + (len(body) // 4).to_bytes(2)

    for message in rtcp.parse(head + body):
        assert message is not None
