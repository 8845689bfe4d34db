"""What one peer publishes, and the bitrate it is asked to send."""

from __future__ import annotations

from aiortc import RTCCertificate

from kiosk.media.engine import CallRole
from kiosk.media.messages import MediaState
from kiosk.media.plane.bandwidth.budget import MOST
from kiosk.media.plane.call.bitrates import MIN_BITRATE, useful_bitrate
from kiosk.media.plane.call.peer import Peer
from kiosk.media.plane.counters import Counters
from kiosk.media.plane.limits import SSRCS_PER_LINE, SSRCS_SPARE
from kiosk.media.plane.wire.sdp import AUDIO, SCREEN, VIDEO, Endpoint

START = 1_000_000


def peer(certificate: RTCCertificate, participant: str = "amina", *, slots: int = 1) -> Peer:
    """A peer that has an offer, outside any room."""
    return Peer(
        "room/room",
        "room",
        participant,
        certificate,
        Endpoint("AA:BB", ("127.0.0.1",), 5000),
        role=CallRole.CITIZEN,
        counters=Counters(),
        slots=slots,
        layered=True,
        prejoin=False,
        now=0.0,
    )


def bind(publisher: Peer, subscriber: Peer) -> None:
    """Give the publisher a slot of the subscriber, as a room does."""
    slot = subscriber.slots.take_free()
    slot.publisher, slot.used = publisher, True
    publisher.subscribers[subscriber] = slot


async def test_a_stream_is_found_by_its_payload_type_and_its_layer(certificate: RTCCertificate):
    publications = peer(certificate).publications
    publications.agree(("l", "m", "h"), 0.0)

    assert publications.find(AUDIO, None) is publications.audio
    assert publications.find(SCREEN, None) is publications.screen
    assert publications.find(VIDEO, "h") is publications.video
    assert publications.find(VIDEO, "l") is publications.ladder.rungs[0].layer
    assert publications.find(VIDEO, "x") is None
    assert publications.find(100, None) is None


async def test_the_layers_of_a_picture_are_published_between_sound_and_screen(
    certificate: RTCCertificate,
):
    publications = peer(certificate).publications
    publications.agree(("l", "m", "h"), 0.0)

    kinds = [publication.payload_type for publication in publications.all]

    assert kinds == [AUDIO, VIDEO, VIDEO, VIDEO, SCREEN]
    assert publications.without_screen == publications.all[:-1]
    assert publications.pictures == publications.all[1:]


async def test_what_was_received_is_the_sum_of_all_publications(certificate: RTCCertificate):
    publications = peer(certificate).publications
    publications.agree(("m", "h"), 0.0)
    for number, publication in enumerate(publications.all):
        publication.tally.packets, publication.tally.bytes = 10**number, 2 * 10**number

    assert publications.received.packets == 1111
    assert publications.received.bytes == 2222


async def test_the_camera_is_shown_once_packets_came_and_until_it_is_off(
    certificate: RTCCertificate,
):
    publications = peer(certificate).publications
    assert not publications.shows_camera

    publications.video.restart(1)
    assert publications.shows_camera

    publications.media_state = MediaState(audio=True, video=False)
    assert not publications.shows_camera


async def test_a_browser_may_use_a_bounded_number_of_ssrcs(certificate: RTCCertificate):
    connection = peer(certificate).connection
    connection.offered(media_lines=3)
    bound = SSRCS_SPARE + 3 * SSRCS_PER_LINE
    for ssrc in range(bound):
        assert connection.may_learn(ssrc)
        connection.learn(ssrc)

    assert connection.learned == bound
    assert connection.may_learn(0)
    assert not connection.may_learn(bound)


async def test_without_a_path_or_keys_nothing_is_sent(certificate: RTCCertificate):
    connection = peer(certificate).connection

    assert not connection.can_send
    assert not connection.send(b"datagram")
    assert not connection.send_rtcp(b"report")
    assert not connection.send_rtp(bytes(20), 1, 0.0)
    assert connection.sent.packets == 0


async def test_before_any_estimate_a_publisher_sends_the_start_bitrate(
    certificate: RTCCertificate,
):
    publisher = peer(certificate)
    bind(publisher, peer(certificate, "bruno"))

    assert useful_bitrate(publisher, START) == START


async def test_a_receivers_bitrate_is_divided_among_the_cameras_it_gets(
    certificate: RTCCertificate,
):
    amina, carla = peer(certificate), peer(certificate, "carla")
    receiver = peer(certificate, "bruno", slots=2)
    for publisher in (amina, carla):
        bind(publisher, receiver)
        publisher.publications.video.restart(1)
    receiver.downlink.remb = 900_000

    assert useful_bitrate(amina, START) == 450_000

    carla.publications.media_state = MediaState(audio=True, video=False)
    assert useful_bitrate(amina, START) == 900_000


async def test_throughput_that_arrived_is_not_taken_back(certificate: RTCCertificate):
    publisher, receiver = peer(certificate), peer(certificate, "bruno")
    bind(publisher, receiver)
    receiver.downlink.remb = 100_000
    receiver.downlink.throughput.bitrate = 700_000

    assert useful_bitrate(publisher, START) == 700_000


async def test_no_receiver_limits_a_publisher_below_the_least_bitrate(
    certificate: RTCCertificate,
):
    publisher, receiver = peer(certificate), peer(certificate, "bruno")
    bind(publisher, receiver)
    receiver.downlink.remb = 0

    assert useful_bitrate(publisher, START) == MIN_BITRATE


async def test_with_a_choice_of_layers_the_budget_limits_and_not_the_slowest_receiver(
    certificate: RTCCertificate,
):
    publisher, receiver = peer(certificate), peer(certificate, "bruno")
    bind(publisher, receiver)
    receiver.downlink.remb = 80_000
    publications = publisher.publications
    publications.agree(("l", "m", "h"), 0.0)
    publications.video.stamped = True
    publications.ladder.adapts = True

    assert publications.budget.bitrate == MOST
    assert useful_bitrate(publisher, START) == publications.ladder.most
    publications.budget.bitrate = 300_000
    assert useful_bitrate(publisher, START) == 300_000
