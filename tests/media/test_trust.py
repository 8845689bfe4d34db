"""What must be proven: passwords in checks, fingerprints in handshakes, consent."""

from __future__ import annotations

import asyncio

import pytest
from aiortc import RTCCertificate

from kiosk.errors import MediaError
from kiosk.media.plane.limits import ADDRESS_HELD_S, CHECKS_BURST, Limits
from kiosk.media.plane.wire import rtcp
from tests.media.peer import VP8_KEY_FRAME
from tests.media.stage import Stage, a_stage, settle, until

LIMITS = Limits()


async def test_a_check_is_answered_with_the_address_it_came_from(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")

        answer = await amina.prove_address()

        assert answer.attributes["XOR-MAPPED-ADDRESS"] == amina.address
        assert answer.check_message_integrity(amina.password.encode())


async def test_a_check_with_the_wrong_password_is_not_answered(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")

        amina.send_raw(amina.binding_request(password="x" * 32))
        await settle()

        assert amina.answers == []
        assert stage.plane.forwarder.by_address == {}


async def test_a_browser_with_another_certificate_than_announced_gets_no_media(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        bruno = await stage.connected("bruno")
        mallory = stage.offered("mallory")
        await mallory.prove_address()
        somebody_elses = RTCCertificate.generateCertificate()

        stage.plane.answer(mallory.id, mallory.answer(certificate=somebody_elses))
        await mallory.shake_hands()
        await until(lambda: stage.gone())
        if mallory.dtls._tx_srtp is not None:
            mallory.send_audio(1)
        await settle()

        assert stage.gone() == [("mallory", "failed")]
        assert bruno.rtp == []
        assert not bruno.sees("mallory")


async def test_a_handshake_that_begins_before_the_answer_is_posted_succeeds(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")
        await amina.prove_address()

        shaking = asyncio.ensure_future(amina.shake_hands())
        await settle()
        assert not stage.plane.report(amina.id).connected
        stage.plane.answer(amina.id, amina.answer())
        await shaking

        await until(lambda: stage.plane.report(amina.id).connected)


async def test_media_before_the_fingerprint_is_verified_is_dropped(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        bruno = await stage.connected("bruno")
        amina = stage.offered("amina")
        await amina.prove_address()

        amina.send_raw(b"\x80\x6f" + bytes(100))
        await settle()

        assert bruno.rtp == []
        assert stage.plane.report(amina.id).packets_up == 0


async def test_a_handshake_from_an_unproven_address_is_not_answered(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")
        stage.plane.answer(amina.id, amina.answer())
        heard = amina._wire.queue

        shaking = asyncio.ensure_future(amina.shake_hands())
        await until(lambda: stage.plane.counters.unknown_source)
        await settle()
        silent = heard.empty() and not shaking.done()
        await amina.prove_address()
        await shaking  # the browser begins again by itself, and now it is answered

        assert silent
        await until(lambda: stage.plane.report(amina.id).connected)


async def test_a_browser_with_an_unverified_fingerprint_sees_nobody(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        bruno = await stage.connected("bruno")
        amina = stage.offered("amina")
        await amina.prove_address()
        amina.send_raw(amina.binding_request())
        received: list[bytes] = []
        amina._received = received.append  # type: ignore[method-assign]

        for number in range(20):
            bruno.send_video(number, VP8_KEY_FRAME)
            bruno.send_audio(number)
        await until(lambda: stage.plane.report(bruno.id).packets_up == 40)
        await settle()

        assert [data for data in received if data[0] >= 4] == []


async def test_media_moves_to_a_new_address_only_when_it_is_nominated(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        old = amina.address
        amina.move()

        await amina.prove_address(nominate=False)
        before = stage.plane.peers[amina.id].connection.ice.path.address
        await amina.prove_address()
        after = stage.plane.peers[amina.id].connection.ice.path.address
        bruno.send_audio(1)
        await until(lambda: amina.rtp)

        assert before == old
        assert after == amina.address != old
        amina.send_audio(1)
        await until(lambda: bruno.rtp)


async def test_a_captured_check_sent_from_another_address_does_not_move_media(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        captured = amina.binding_request()
        amina.send_raw(captured)
        await until(lambda: len(amina.answers) == 2)
        path = stage.plane.peers[amina.id].connection.ice.path

        amina.move()
        amina.send_raw(captured)
        await settle()

        assert stage.plane.peers[amina.id].connection.ice.path == path
        assert len(amina.answers) == 2


async def test_a_participant_cannot_take_another_participants_address(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        mallory = stage.offered("mallory", room="elsewhere")

        bruno.send_raw(mallory.binding_request())  # as if she had forged his address
        await until(lambda: stage.plane.counters.refused_checks == 1)
        bruno.send_audio(1)
        await until(lambda: amina.rtp)
        stage.clock.advance(ADDRESS_HELD_S)
        bruno.send_raw(mallory.binding_request())  # or he had gone, and the address is free

        await until(lambda: stage.plane.forwarder.by_address[bruno.address].id == mallory.id)


async def test_an_attacker_who_knows_the_ufrag_cannot_use_up_the_browsers_checks(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        eve = stage.offered("eve")

        for _ in range(CHECKS_BURST + 20):
            eve.send_raw(amina.binding_request(password="x" * 32))
            await asyncio.sleep(0)
        await until(lambda: stage.plane.counters.refused_checks == CHECKS_BURST + 20)

        assert await amina.prove_address()


async def test_checks_beyond_the_rate_are_dropped(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        already = len(amina.answers)

        for _ in range(CHECKS_BURST + 20):
            amina.send_raw(amina.binding_request())
            await asyncio.sleep(0)
        await until(lambda: stage.plane.counters.refused_checks >= 20)
        await settle()
        answered = len(amina.answers)
        stage.clock.advance(1)
        await amina.prove_address()

        assert CHECKS_BURST - 20 <= answered <= CHECKS_BURST + already
        assert stage.gone() == []


async def test_sending_stops_after_thirty_seconds_without_checks_and_resumes_with_the_next(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await pass_time(stage, LIMITS.consent_s, still_there=[amina])

        amina.send_audio(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        await settle()
        silent = list(bruno.rtp)
        await bruno.prove_address()
        amina.send_audio(2)
        await until(lambda: bruno.rtp)

        assert silent == []
        assert stage.gone() == []


async def test_checks_from_elsewhere_do_not_renew_consent_for_an_abandoned_address(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        abandoned = bruno._socket
        bruno.move()

        for _ in range(int(LIMITS.consent_s)):
            stage.clock.advance(1)
            await amina.prove_address()
            await bruno.prove_address(nominate=False)
            stage.plane.tick()
        await settle()
        bruno.rtp.clear()
        amina.send_audio(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        await settle()

        assert bruno.rtp == []
        assert stage.gone() == []
        await bruno.prove_address()  # he nominates the new address: it goes on there
        amina.send_audio(2)
        await until(lambda: bruno.rtp)
        assert stage.plane.peers[bruno.id].connection.ice.path.address != abandoned.getsockname()


async def test_a_check_from_elsewhere_does_not_give_consent_back_to_an_expired_path(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        former = bruno._socket
        await pass_time(stage, LIMITS.consent_s, still_there=[amina])

        bruno.move()
        await bruno.prove_address(nominate=False)
        amina.send_audio(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        await settle()
        silent = list(bruno.rtp)
        bruno._socket = former
        await bruno.prove_address(nominate=False)  # the path itself: consent is back
        amina.send_audio(2)
        await until(lambda: bruno.rtp)

        assert silent == []


async def test_nothing_more_is_sent_to_an_address_that_another_browser_has_taken_over(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        mallory = stage.offered("mallory", room="elsewhere")
        stage.clock.advance(ADDRESS_HELD_S)
        await amina.prove_address()
        bruno.send_raw(mallory.binding_request())  # he had gone, and the address is hers now
        await until(lambda: stage.plane.forwarder.by_address[bruno.address].id == mallory.id)

        amina.send_audio(1)
        await until(lambda: stage.plane.report(amina.id).packets_up == 1)
        await settle()

        assert bruno.rtp == []


async def test_a_peer_without_checks_for_seventy_seconds_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await pass_time(stage, LIMITS.consent_s, still_there=[amina])
        await pass_time(stage, LIMITS.gone_s - LIMITS.consent_s, still_there=[amina])

        await until(lambda: not amina.sees("bruno"))

        assert stage.gone() == [("bruno", "consent_expired")]


async def test_media_without_checks_does_not_renew_consent(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await pass_time(stage, LIMITS.consent_s, still_there=[amina])

        bruno.send_audio(1)
        await until(lambda: amina.rtp)
        amina.send_audio(1)
        await settle()

        assert bruno.rtp == []


async def test_an_unanswered_offer_lapses(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        stage.offered("amina")

        await pass_time(stage, LIMITS.join_s, still_there=[])

        assert stage.gone() == [("amina", "lapsed")]
        assert stage.plane.rooms == {}


async def pass_time(stage: Stage, seconds: float, *, still_there: list) -> None:
    """Let time pass, in which only some renew their consent."""
    for peer in still_there:
        await peer.prove_address()
    stage.clock.advance(seconds)
    for peer in still_there:
        await peer.prove_address()
    stage.plane.tick()


@pytest.mark.parametrize(
    "damage",
    [
        lambda sdp: "",
        lambda sdp: "hello",
        lambda sdp: sdp[: len(sdp) // 2],
        lambda sdp: sdp.replace("a=setup:active", "a=setup:actpass"),
        lambda sdp: sdp.replace("a=setup:active", "a=setup:nonsense"),
        lambda sdp: sdp.replace("sha-256", "sha-1"),
        lambda sdp: sdp.replace("a=mid:1", "a=mid:9"),
        lambda sdp: sdp[: sdp.index("m=application")],
        lambda sdp: sdp + "a=x\r\n" * 30000,
        lambda sdp: sdp.replace("m=audio 9", "m=audio ninety"),
        lambda sdp: "\0" * 100,
    ],
)
async def test_an_invalid_answer_is_refused_and_a_valid_one_still_works(
    certificate: RTCCertificate, damage
):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")

        with pytest.raises(MediaError) as refused:
            stage.plane.answer(amina.id, damage(amina.answer()))

        assert (refused.value.code, refused.value.status) == ("media.bad_sdp", 400)
        stage.plane.answer(amina.id, amina.answer())
        with pytest.raises(MediaError, match=r"media\.bad_sdp"):
            stage.plane.answer(amina.id, amina.answer())


async def test_an_answer_for_an_unknown_peer_is_refused(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        with pytest.raises(MediaError) as refused:
            stage.plane.answer("nobody", "v=0")

        assert (refused.value.code, refused.value.status) == ("media.unknown_peer", 404)


async def test_an_rtcp_bye_does_not_end_a_peer(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        amina.send_rtcp(rtcp.goodbye(amina.audio_ssrc))
        await settle()
        amina.send_audio(1)

        await until(lambda: bruno.rtp)
        assert stage.gone() == []
