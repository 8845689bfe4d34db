"""A peer in prejoin is connected but unseen until its page sends ``enter``."""

from __future__ import annotations

from aiortc import RTCCertificate

from kiosk.media.plane.limits import (
    PACKETS_UP_PER_SECOND,
    PREJOIN_KEY_FRAME_S,
    Limits,
)
from kiosk.media.plane.wire import rtcp
from tests.media.peer import VP8_KEY_FRAME
from tests.media.stage import Stage, a_stage, settle, until


async def test_a_peer_in_prejoin_neither_sees_nor_hears_nor_is_announced(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.in_prejoin("bruno")

        for peer in (amina, bruno):
            peer.send_audio(1)
            peer.send_video(1, VP8_KEY_FRAME)
        await settle()

        assert amina.rtp == bruno.rtp == []
        assert bruno.heard("layout") == []
        assert not amina.sees("bruno")
        assert _told_of(stage, "bruno") == []


async def test_a_peer_that_enters_sees_and_is_seen_at_once(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.in_prejoin("bruno")

        bruno.say({"type": "enter"})
        await until(lambda: amina.sees("bruno") and bruno.heard("layout") and bruno.sees("amina"))
        amina.send_audio(1)
        bruno.send_audio(1)
        await until(lambda: amina.rtp and bruno.rtp)

        assert _told_of(stage, "bruno") == ["peer.connected"]
        assert amina.heard("offer") == bruno.heard("offer") == []


async def test_a_peer_that_enters_starts_from_the_last_key_frame(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.in_prejoin("bruno")
        amina.send_video(1, VP8_KEY_FRAME)
        amina.send_video(2)
        await settle()

        bruno.say({"type": "enter"})
        await until(lambda: len(bruno.rtp) == 2)

        assert [int.from_bytes(packet[2:4]) for packet in bruno.rtp] == [1, 2]


async def test_key_frames_are_requested_regularly_during_a_prejoin(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.send_video(1, VP8_KEY_FRAME)
        await stage.in_prejoin("bruno")
        await until(lambda: len(amina.saw(rtcp.KeyFrameRequest)) == 1)

        for asked in (2, 3):
            stage.clock.advance(1.01 * PREJOIN_KEY_FRAME_S)
            stage.plane.tick()
            stage.plane.tick()
            await until(lambda asked=asked: len(amina.saw(rtcp.KeyFrameRequest)) == asked)


async def test_a_publisher_with_subscribers_sends_no_key_frames_for_a_prejoin(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for peer in (amina, bruno):
            peer.send_video(1, VP8_KEY_FRAME)
        await stage.in_prejoin("chloe")
        await settle()
        asked = len(amina.saw(rtcp.KeyFrameRequest))

        stage.clock.advance(2 * PREJOIN_KEY_FRAME_S)
        stage.plane.tick()
        await settle()

        assert len(amina.saw(rtcp.KeyFrameRequest)) == asked


async def test_a_peer_that_enters_gets_the_media_states_of_the_others(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.say({"type": "media", "audio": False, "video": True})
        bruno = await stage.in_prejoin("bruno")

        bruno.say({"type": "enter"})
        await until(lambda: bruno.heard("media"))

        assert bruno.heard("media") == [
            {"type": "media", "participant": "amina", "audio": False, "video": True, "hand": False}
        ]


async def test_only_enter_and_answers_are_accepted_in_prejoin(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.in_prejoin("bruno")

        bruno.say({"type": "media", "audio": True, "video": True})
        bruno.say({"type": "share", "on": True})
        await until(lambda: len(bruno.heard("error")) == 2)

        assert {error["code"] for error in bruno.heard("error")} == {"media.bad_message"}
        assert amina.heard("media") == []
        assert amina.screen_of is None


async def test_a_second_enter_message_changes_nothing(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.in_prejoin("bruno")

        bruno.say({"type": "enter"})
        bruno.say({"type": "enter"})
        bruno.say({"type": "media", "audio": True, "video": True})
        await until(lambda: amina.heard("media"))

        assert _told_of(stage, "bruno") == ["peer.connected"]
        assert bruno.heard("error") == []


async def test_the_slot_for_a_third_person_in_prejoin_is_ready(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.obliging = bruno.obliging = True
        carla = await stage.in_prejoin("carla")
        await until(lambda: len(amina.layout) == len(bruno.layout) == 2)

        carla.say({"type": "enter"})
        await until(lambda: amina.sees("carla") and bruno.sees("carla"))

        assert [len(peer.heard("offer")) for peer in (amina, bruno, carla)] == [1, 1, 0]
        assert carla.sees("amina")
        assert carla.sees("bruno")


async def test_a_page_in_prejoin_is_offered_the_slot_of_a_participant_who_joins_meanwhile(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        bruno = await stage.in_prejoin("bruno")
        bruno.obliging = True
        amina = await stage.connected("amina")
        amina.obliging = True
        await stage.connected("carla")
        await until(lambda: bruno.heard("offer"))
        before = list(bruno.heard("layout"))

        bruno.say({"type": "enter"})
        await until(lambda: bruno.heard("layout") and bruno.sees("amina") and bruno.sees("carla"))

        assert before == []


async def test_a_prejoin_lapses(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        await stage.in_prejoin("bruno")

        stage.clock.advance(Limits().join_s)
        stage.plane.tick()

        assert stage.gone() == [("bruno", "lapsed")]


async def test_a_peer_in_prejoin_that_sends_too_much_media_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        bruno = await stage.in_prejoin("bruno")
        stage.plane.peers[bruno.id].publications.audio.tally.packets += PACKETS_UP_PER_SECOND
        bruno.send_audio(1)
        await until(
            lambda: (
                stage.plane.peers[bruno.id].publications.audio.tally.packets > PACKETS_UP_PER_SECOND
            )
        )

        stage.clock.advance(1)
        stage.plane.tick()

        assert stage.gone() == [("bruno", "failed")]


def _told_of(stage: Stage, participant: str) -> list[str]:
    return [event.kind for event in stage.events if event.participant == participant]
