"""A participant vanishes and returns: hidden from the others soon, with the slots kept."""

from __future__ import annotations

from aiortc import RTCCertificate

from kiosk.media.plane.limits import Limits
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until

LIMITS = Limits()


async def pass_time(stage: Stage, seconds: int, *, still_there: list[MediaPeer]) -> None:
    """Let time pass second by second, in which only some renew their consent."""
    for _ in range(seconds):
        stage.clock.advance(1)
        for peer in still_there:
            await peer.prove_address()
        stage.plane.tick()


def events_of(stage: Stage) -> list[tuple[str, str]]:
    """What happened to whom, but for the first connections."""
    return [(event.participant, event.kind) for event in stage.events[2:]]


async def test_the_others_see_within_ten_seconds_that_a_participant_has_vanished(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        await pass_time(stage, 8, still_there=[amina])
        await settle()
        still_there = amina.sees("bruno")
        await pass_time(stage, 2, still_there=[amina])

        await until(lambda: not amina.sees("bruno"))
        assert still_there
        assert events_of(stage) == [("bruno", "peer.away")]
        assert bruno.id in stage.plane.peers


async def test_a_participant_who_sends_media_is_present_though_their_checks_are_lost(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for number in range(20):
            bruno.send_audio(number)
            await until(lambda number=number: len(amina.rtp) == number + 1)
            await pass_time(stage, 1, still_there=[amina])

        assert amina.sees("bruno")
        assert events_of(stage) == []


async def test_a_participant_who_returns_has_the_same_slot_and_is_heard_at_once(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        before, ssrc = amina.layout, amina.slot_ssrc("audio")
        await pass_time(stage, 60, still_there=[amina])
        await until(lambda: not amina.sees("bruno"))

        bruno.move()
        await bruno.prove_address()
        await until(lambda: amina.sees("bruno"))
        bruno.send_audio(1, b"here I am again")
        amina.send_audio(1, b"there you are")
        await until(lambda: amina.rtp and bruno.rtp)

        assert amina.layout == before
        assert int.from_bytes(amina.rtp[0][8:12]) == ssrc
        assert amina.heard("offer") == []
        assert events_of(stage) == [("bruno", "peer.away"), ("bruno", "peer.connected")]


async def test_a_participant_who_returns_by_an_ice_restart_has_the_same_slot(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await pass_time(stage, 30, still_there=[amina])

        offer = stage.plane.restart(bruno.id)
        bruno.take_offer(offer.sdp)
        bruno.move()
        await bruno.prove_address()
        stage.plane.answer(bruno.id, bruno.answer(), offer.generation)

        await until(lambda: amina.sees("bruno"))
        assert stage.gone() == []


async def test_a_participant_who_reloads_the_page_replaces_their_vanished_connection(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        before = amina.layout
        await pass_time(stage, 20, still_there=[amina])
        await until(lambda: not amina.sees("bruno"))

        again = await stage.connected("bruno")
        amina.accept_offer()
        await until(lambda: amina.sees("bruno"))
        again.send_audio(1)
        await until(lambda: amina.rtp)

        assert amina.layout == before
        assert stage.gone() == [("bruno", "replaced")]


async def test_nothing_is_sent_to_a_peer_that_is_away(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await pass_time(stage, 10, still_there=[amina])

        amina.send_audio(1)
        await settle()

        assert bruno.rtp == []


async def test_a_peer_that_stays_away_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()

        await pass_time(stage, int(LIMITS.gone_s) + 1, still_there=[amina])

        assert stage.gone() == [("bruno", "consent_expired")]


async def test_when_every_peer_vanishes_no_room_or_credential_is_left(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        await stage.pair()

        await pass_time(stage, int(LIMITS.gone_s) + 1, still_there=[])

        await until(lambda: not stage.plane.slow_path.by_ufrag)
        assert stage.plane.rooms == {}
