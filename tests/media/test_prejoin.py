"""Whoever is connected ahead waits at the door, unseen, until their page says that it enters."""

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


async def test_at_the_door_nobody_sees_hears_or_learns_anything(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.at_the_door("bruno")

        for peer in (amina, bruno):
            peer.send_audio(1)
            peer.send_video(1, VP8_KEY_FRAME)
        await settle()

        assert amina.rtp == bruno.rtp == []
        assert bruno.heard("layout") == []
        assert not amina.sees("bruno")
        assert _told_of(stage, "bruno") == []


async def test_who_enters_sees_and_is_seen_at_once(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.at_the_door("bruno")

        bruno.say({"type": "enter"})
        await until(lambda: amina.sees("bruno") and bruno.heard("layout") and bruno.sees("amina"))
        amina.send_audio(1)
        bruno.send_audio(1)
        await until(lambda: amina.rtp and bruno.rtp)

        assert _told_of(stage, "bruno") == ["peer.connected"]
        assert amina.heard("offer") == bruno.heard("offer") == []


async def test_who_enters_starts_from_the_last_key_frame(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.at_the_door("bruno")
        amina.send_video(1, VP8_KEY_FRAME)
        amina.send_video(2)
        await settle()

        bruno.say({"type": "enter"})
        await until(lambda: len(bruno.rtp) == 2)

        assert [int.from_bytes(packet[2:4]) for packet in bruno.rtp] == [1, 2]


async def test_while_somebody_is_at_the_door_key_frames_stay_fresh(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.send_video(1, VP8_KEY_FRAME)
        await stage.at_the_door("bruno")
        await until(lambda: len(amina.saw(rtcp.KeyFrameRequest)) == 1)

        for asked in (2, 3):
            stage.clock.advance(1.01 * PREJOIN_KEY_FRAME_S)
            stage.plane.tick()
            stage.plane.tick()
            await until(lambda asked=asked: len(amina.saw(rtcp.KeyFrameRequest)) == asked)


async def test_for_somebody_at_the_door_those_who_are_watched_give_no_more_key_frames(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for peer in (amina, bruno):
            peer.send_video(1, VP8_KEY_FRAME)
        await stage.at_the_door("chloe")
        await settle()
        asked = len(amina.saw(rtcp.KeyFrameRequest))

        stage.clock.advance(2 * PREJOIN_KEY_FRAME_S)
        stage.plane.tick()
        await settle()

        assert len(amina.saw(rtcp.KeyFrameRequest)) == asked


async def test_who_enters_learns_who_has_switched_what_off(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        amina.say({"type": "media", "audio": False, "video": True})
        bruno = await stage.at_the_door("bruno")

        bruno.say({"type": "enter"})
        await until(lambda: bruno.heard("media"))

        assert bruno.heard("media") == [
            {"type": "media", "participant": "amina", "audio": False, "video": True, "hand": False}
        ]


async def test_nothing_is_taken_from_the_door_but_the_word_to_enter(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.at_the_door("bruno")

        bruno.say({"type": "media", "audio": True, "video": True})
        bruno.say({"type": "share", "on": True})
        await until(lambda: len(bruno.heard("error")) == 2)

        assert {error["code"] for error in bruno.heard("error")} == {"media.bad_message"}
        assert amina.heard("media") == []
        assert amina.screen_of is None


async def test_entering_twice_is_entering_once(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        bruno = await stage.at_the_door("bruno")

        bruno.say({"type": "enter"})
        bruno.say({"type": "enter"})
        bruno.say({"type": "media", "audio": True, "video": True})
        await until(lambda: amina.heard("media"))

        assert _told_of(stage, "bruno") == ["peer.connected"]
        assert bruno.heard("error") == []


async def test_a_third_at_the_door_has_their_place_ready(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.obliging = bruno.obliging = True
        carla = await stage.at_the_door("carla")
        await until(lambda: len(amina.layout) == len(bruno.layout) == 2)

        carla.say({"type": "enter"})
        await until(lambda: amina.sees("carla") and bruno.sees("carla"))

        assert [len(peer.heard("offer")) for peer in (amina, bruno, carla)] == [1, 1, 0]
        assert carla.sees("amina")
        assert carla.sees("bruno")


async def test_at_the_door_a_page_learns_the_place_of_whoever_comes_meanwhile(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        bruno = await stage.at_the_door("bruno")
        bruno.obliging = True
        amina = await stage.connected("amina")
        amina.obliging = True
        await stage.connected("carla")
        await until(lambda: bruno.heard("offer"))
        before = list(bruno.heard("layout"))

        bruno.say({"type": "enter"})
        await until(lambda: bruno.heard("layout") and bruno.sees("amina") and bruno.sees("carla"))

        assert before == []


async def test_nobody_waits_at_the_door_for_ever(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        await stage.at_the_door("bruno")

        stage.clock.advance(Limits().join_s)
        stage.plane.tick()

        assert stage.gone() == [("bruno", "lapsed")]


async def test_who_floods_at_the_door_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        bruno = await stage.at_the_door("bruno")
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
