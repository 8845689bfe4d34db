"""ICE restart during a call (RFC 8445 §9): another path, the same keys, no loss."""

from __future__ import annotations

import pytest
from aiortc import RTCCertificate

from kiosk.errors import MediaError
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until


async def restart(stage: Stage, peer: MediaPeer, *, from_elsewhere: bool = True) -> None:
    """Do what a page does once its path is cut."""
    offer = stage.plane.restart(peer.id)
    peer.take_offer(offer.sdp)
    if from_elsewhere:
        peer.move()
    await peer.prove_address()
    stage.plane.answer(peer.id, peer.answer(), offer.generation)


async def test_an_ice_restart_moves_the_call_and_keeps_its_keys(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        before = stage.plane.peers[amina.id].connection.keys
        layouts = len(bruno.heard("layout"))

        await restart(stage, amina)
        bruno.send_audio(1, b"down the new path")
        amina.send_audio(1, b"up the new path")
        await until(lambda: amina.rtp and bruno.rtp)

        assert stage.plane.peers[amina.id].connection.keys is before
        assert stage.plane.peers[amina.id].connection.ice.path.address == amina.address
        assert bruno.rtp[0][12:] == b"up the new path"
        assert len(bruno.heard("layout")) == layouts
        assert stage.gone() == []


async def test_the_control_channel_goes_on_after_a_restart(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        await restart(stage, amina)
        amina.say({"type": "media", "audio": True, "video": False})

        await until(lambda: bruno.heard("media"))


async def test_media_stays_on_the_former_path_until_the_new_one_is_nominated(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        offer = stage.plane.restart(amina.id)

        await amina.prove_address()  # still under the former credentials
        bruno.send_audio(1)
        await until(lambda: amina.rtp)

        amina.take_offer(offer.sdp)
        await amina.prove_address()


async def test_former_credentials_end_when_a_path_is_nominated_under_the_new_ones(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        former = amina.binding_request()
        await restart(stage, amina)
        answers = len(amina.answers)

        amina.move()
        amina.send_raw(former)
        await settle()

        assert len(amina.answers) == answers
        assert len(stage.plane.slow_path.by_ufrag) == 2


async def test_many_restarts_keep_only_two_sets_of_credentials(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for _ in range(5):
            stage.plane.restart(amina.id)

        assert len(stage.plane.slow_path.by_ufrag) == 3
        await restart(stage, amina)
        bruno.send_audio(1)
        await until(lambda: amina.rtp)


async def test_an_answer_to_a_restart_that_was_superseded_changes_nothing(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        first, second = stage.plane.restart(amina.id), stage.plane.restart(amina.id)
        amina.take_offer(second.sdp)

        stage.plane.answer(amina.id, amina.answer(), first.generation)
        with pytest.raises(MediaError, match=r"media\.bad_sdp"):
            stage.plane.answer(amina.id, "hello", second.generation)
        stage.plane.answer(amina.id, amina.answer(), second.generation)

        await amina.prove_address()
        bruno.send_audio(1)
        await until(lambda: amina.rtp)


async def test_a_participant_who_joined_during_an_offer_is_in_the_next_one(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        offer = stage.plane.restart(amina.id)
        await stage.connected("chloe")
        assert amina.heard("offer") == []

        amina.take_offer(offer.sdp)
        await amina.prove_address()
        stage.plane.answer(amina.id, amina.answer(), offer.generation)
        await until(lambda: amina.heard("offer"))
        amina.accept_offer()
        await until(lambda: amina.sees("chloe") and amina.sees("bruno"))


async def test_a_peer_that_has_not_joined_or_has_ended_cannot_restart(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")
        for peer in (amina.id, "nobody"):
            with pytest.raises(MediaError) as refused:
                stage.plane.restart(peer)
            assert (refused.value.code, refused.value.status) == ("media.unknown_peer", 404)
