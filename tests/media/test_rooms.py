"""People join, leave and return; everybody gets the layout, and nobody else is disturbed."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from aiortc import RTCCertificate

from kiosk.errors import MediaError
from kiosk.media.engine import CallRole, GoneReason, SlotEntry
from kiosk.media.plane.limits import Limits
from kiosk.media.plane.wire import rtcp
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until


async def test_the_second_person_needs_no_negotiation(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await settle()

        assert amina.layout == [{"audio": "0", "video": "1", "participant": "bruno"}]
        assert bruno.layout == [{"audio": "0", "video": "1", "participant": "amina"}]
        assert amina.heard("offer") == bruno.heard("offer") == []


async def test_the_third_person_brings_an_offer_and_then_their_sound(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        carla = await stage.connected("carla")
        await until(lambda: amina.heard("offer") and bruno.heard("offer"))
        bruno.accept_offer()
        await until(lambda: bruno.sees("carla"))
        carla.send_audio(1, b"too early for one of them")
        await until(lambda: bruno.rtp)
        await settle()
        before = list(amina.rtp)
        amina.accept_offer()
        await until(lambda: amina.sees("carla"))
        carla.send_audio(2, b"now")
        await until(lambda: amina.rtp)

        assert before == []
        assert [media.rtp.muxId for media in amina.offer.media] == ["0", "1", "2", "3", "4"]
        assert amina.layout[1] == {"audio": "3", "video": "4", "participant": "carla"}
        assert int.from_bytes(amina.rtp[0][8:12]) == amina.slot_ssrc("audio", 1)
        assert carla.heard("offer") == []
        assert carla.sees("amina")
        assert carla.sees("bruno")


async def test_the_slot_for_a_new_participant_is_ready_before_they_join(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        carla = stage.offered("carla")
        for peer in (amina, bruno):
            await until(lambda peer=peer: peer.heard("offer"))
            peer.accept_offer()
            await until(lambda peer=peer: len(peer.layout) == 2)
        assert not amina.sees("carla")
        await stage.lets_in(carla)
        await until(lambda: amina.sees("carla") and bruno.sees("carla"))

        assert [len(peer.heard("offer")) for peer in (amina, bruno, carla)] == [1, 1, 0]


async def test_the_slot_of_a_participant_who_never_joins_is_used_for_the_next(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        amina.obliging = True
        absent = stage.offered("carla")
        await until(lambda: len(amina.layout) == 2)

        stage.plane.leave(absent.id)
        await stage.connected("dario")

        await until(lambda: amina.sees("dario"))
        assert len(amina.heard("offer")) == 1


async def test_each_of_ten_people_who_join_costs_the_others_at_most_one_offer(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        people = await a_full_table(stage, 10)

        for number, peer in enumerate(people):
            assert len(peer.heard("offer")) == 9 - max(1, number)
            assert len(peer.offer.media) == 2 * 9 + 1


async def test_a_participant_who_joins_and_leaves_costs_the_others_no_packet(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        people = await a_full_table(stage, 9)
        first, second = people[:2]
        sent = 0

        async def speak() -> None:
            nonlocal sent
            while True:
                sent += 1
                first.send_audio(sent)
                await asyncio.sleep(0.002)

        speaking = asyncio.ensure_future(speak())
        tenth = await stage.connected("the tenth")
        await until(lambda: all(peer.sees("the tenth") for peer in people))
        offers = [len(peer.heard("offer")) for peer in people]
        stage.plane.leave(tenth.id)
        await until(lambda: not any(peer.sees("the tenth") for peer in people))
        await settle()
        speaking.cancel()
        await until(lambda: len(heard_from(first, second)) == sent)

        assert heard_from(first, second) == list(range(1, sent + 1))
        assert [len(peer.heard("offer")) for peer in people] == offers


async def test_changes_during_an_offer_are_announced_in_the_next_one(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = await stage.connected("amina")
        for name in ("b", "c", "d"):
            await stage.connected(name)
        await settle()
        assert len(amina.heard("offer")) == 1

        amina.accept_offer()
        await until(lambda: len(amina.heard("offer")) == 2)
        amina.accept_offer()

        await until(lambda: all(amina.sees(name) for name in ("b", "c", "d")))
        generations = [offer["generation"] for offer in amina.heard("offer")]
        assert generations == sorted(set(generations))


async def test_an_answer_to_an_old_offer_changes_nothing(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()
        await stage.connected("carla")
        await until(lambda: amina.heard("offer"))

        amina.say({"type": "answer", "sdp": amina.answer(), "generation": 1})
        await settle()

        assert not amina.sees("carla")
        assert amina.heard("error") == []


async def test_a_participant_who_leaves_is_removed_from_the_layout_and_gets_a_bye(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        stage.plane.leave(bruno.id)
        await until(lambda: not amina.sees("bruno"))
        await until(lambda: bruno.heard("bye"))

        assert bruno.heard("bye") == [{"type": "bye", "reason": "left"}]
        assert amina.saw(rtcp.Goodbye)
        assert stage.gone() == [("bruno", "left")]
        await until(lambda: bruno.dtls.state == "closed")


async def test_a_browser_that_closes_dtls_is_gone_at_once(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        await bruno.hang_up()
        await until(lambda: not amina.sees("bruno"))

        assert stage.gone() == [("bruno", "closed")]


async def test_a_participant_who_returns_gets_new_ssrcs_in_the_same_slot(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        old = amina.slot_ssrc("video")
        stage.plane.leave(bruno.id)

        again = await stage.connected("bruno")
        await until(lambda: amina.heard("offer"))
        amina.accept_offer()
        await until(lambda: amina.sees("bruno"))
        again.send_video(5)
        await until(lambda: amina.rtp)

        assert len(amina.layout) == 1
        assert amina.slot_ssrc("video") != old
        assert int.from_bytes(amina.rtp[-1][8:12]) == amina.slot_ssrc("video")


async def test_joining_again_replaces_the_former_connection(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        first = await stage.connected("amina")

        second = await stage.connected("amina")

        assert stage.gone() == [("amina", "replaced")]
        assert second.layout == [{"audio": "0", "video": "1", "participant": None}]
        await until(lambda: first.heard("bye"))


async def test_a_peer_that_leaves_during_the_handshake_ends_once_without_a_fault(
    certificate: RTCCertificate,
):
    with structlog.testing.capture_logs() as logs:
        async with a_stage(certificate) as stage:
            amina = stage.offered("amina")
            stage.plane.answer(amina.id, amina.answer())
            await settle()

            stage.plane.leave(amina.id)
            await settle()

            assert stage.gone() == [("amina", "left")]
            assert stage.plane.slow_path.by_ufrag == {}
    assert logs == []


async def test_closing_a_room_ends_everybody_in_it_and_nobody_else(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        carla = await stage.connected("carla", room="elsewhere")

        stage.plane.close_room("room")
        stage.plane.close_room("a room that never was")
        await until(lambda: amina.heard("bye") and bruno.heard("bye"))

        assert sorted(stage.gone()) == [("amina", "room_closed"), ("bruno", "room_closed")]
        assert carla.heard("bye") == []
        assert stage.plane.health().rooms == 1


async def test_each_page_reads_why_it_was_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        stage.plane.leave(amina.id, GoneReason.REMOVED)
        stage.plane.close_room("room", GoneReason.ENDED)
        await until(lambda: amina.heard("bye") and bruno.heard("bye"))

        assert [one.heard("bye")[-1]["reason"] for one in (amina, bruno)] == ["removed", "ended"]
        assert stage.gone() == [("amina", "removed"), ("bruno", "ended")]


async def test_after_the_last_peer_no_address_or_credential_is_kept(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        for peer in (amina, bruno):
            await peer.prove_address()

        stage.plane.leave(amina.id)
        stage.plane.leave(bruno.id)
        stage.plane.leave(bruno.id)
        await until(lambda: not stage.plane.slow_path.by_ufrag)

        assert stage.plane.forwarder.by_address == {}
        assert stage.plane.rooms == stage.plane.peers == {}


async def test_the_eleventh_person_is_refused_and_the_ten_are_not_disturbed(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        for number in range(10):
            stage.offered(f"person {number}")

        with pytest.raises(MediaError) as refused:
            stage.offered("the eleventh")

        assert (refused.value.code, refused.value.status) == ("media.room_full", 409)
        assert stage.plane.health().peers == 10
        stage.offered("somebody else", room="another room")


async def test_a_peer_beyond_the_machines_limit_is_refused(certificate: RTCCertificate):
    async with a_stage(certificate, limits=Limits(peers=2)) as stage:
        stage.offered("a", room="1")
        stage.offered("b", room="2")

        with pytest.raises(MediaError) as refused:
            stage.offered("c", room="3")

        assert (refused.value.code, refused.value.status) == ("media.too_many", 503)


async def test_a_report_holds_the_role_its_connection_was_opened_with(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina = stage.offered("amina")
        lea = stage.offered("lea", role=CallRole.AGENT)

        roles = [stage.plane.report(peer.id).role for peer in (amina, lea)]

        assert roles == [CallRole.CITIZEN, CallRole.AGENT]


@pytest.mark.parametrize("name", ["", "x" * 129])
async def test_a_name_that_is_empty_or_too_long_is_refused(certificate: RTCCertificate, name: str):
    async with a_stage(certificate) as stage:
        with pytest.raises(MediaError, match=r"media\.bad_request"):
            stage.plane.join(name, "amina", role=CallRole.CITIZEN)


async def test_a_publisher_with_a_new_ssrc_is_seen_again_after_an_offer(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.send_video(40000)
        await until(lambda: bruno.rtp)

        amina.send_video(1, ssrc=0xC0FFEE)
        await until(lambda: bruno.heard("offer"))
        bruno.accept_offer()
        await until(lambda: bruno.sees("amina"))
        amina.send_video(2, ssrc=0xC0FFEE)

        await until(lambda: len(bruno.rtp) == 2)
        assert int.from_bytes(bruno.rtp[1][8:12]) == bruno.slot_ssrc("video")


async def a_full_table(stage: Stage, size: int) -> list[MediaPeer]:
    """So many people, one after the other, who all see each other."""
    people: list[MediaPeer] = []
    for number in range(size):
        people.append(await stage.connected(f"person {number}"))
        people[-1].obliging = True
        for peer in people:
            await until(lambda peer=peer: others_of(peer) == len(people) - 1)
    return people


def others_of(peer: MediaPeer) -> int:
    return sum(slot["participant"] is not None for slot in peer.layout)


def heard_from(speaker: MediaPeer, listener: MediaPeer) -> list[int]:
    """The sequence numbers of one speaker's sound, as they came."""
    [line] = [
        number
        for number, slot in enumerate(listener.layout)
        if slot["participant"] == speaker.participant
    ]
    ssrc = listener.slot_ssrc("audio", line)
    return [
        int.from_bytes(packet[2:4])
        for packet in listener.rtp
        if int.from_bytes(packet[8:12]) == ssrc
    ]


async def media_states(stage: Stage) -> tuple[MediaPeer, MediaPeer]:
    amina, bruno = await stage.pair()
    amina.say({"type": "media", "audio": False, "video": True})
    await until(lambda: bruno.heard("media"))
    return amina, bruno


async def test_the_others_get_the_media_state_of_a_participant_who_mutes(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await media_states(stage)

        assert bruno.heard("media") == [
            {"type": "media", "participant": "amina", "audio": False, "video": True, "hand": False}
        ]
        assert amina.heard("media") == []


async def test_a_new_participant_gets_the_media_states_of_the_others(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        await media_states(stage)

        carla = await stage.connected("carla")

        await until(lambda: carla.heard("media"))
        assert carla.heard("media")[0]["participant"] == "amina"


async def test_an_offer_names_the_participants_a_new_one_will_see(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        await stage.connected("amina")

        offer = stage.plane.join("room", "bruno", role=CallRole.AGENT)

        assert offer.slots == [SlotEntry(audio="0", video="1", participant="amina")]


async def test_the_offer_to_the_first_person_names_nobody(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        assert stage.plane.join("room", "amina", role=CallRole.CITIZEN).slots == []
