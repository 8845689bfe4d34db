"""The control channel withstands any input, and ends peers that abuse it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random

import pytest
from aiortc import RTCCertificate, RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcsctptransport import SCTP_DATA_FIRST_FRAG, DataChunk

from kiosk.media.plane.limits import (
    FOREIGN_CHANNELS,
    MAX_MESSAGE,
    MESSAGE_BURST,
    MESSAGE_STRIKES,
    SCTP_CHUNKS_PER_SECOND,
)
from kiosk.media.plane.transport.channel import MAX_BACKLOG
from tests.media.mutations import sctp_packet
from tests.media.stage import a_stage, settle, until

BAD_MESSAGE = {"type": "error", "code": "media.bad_message"}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not json",
        "[]",
        "7",
        '{"no": "type"}',
        '{"type": 7}',
        '{"type": "unheard of"}',
        '{"type": "media"}',
        '{"type": "media", "audio": 1, "video": 0}',
        '{"type": "media", "audio": true, "video": "yes"}',
        '{"type": "media", "audio": true, "video": true, "hand": "up"}',
        '{"type": "share"}',
        '{"type": "share", "on": 1}',
        '{"type": "layout", "slots": [], "screen": null}',
        '{"type": "answer", "generation": 0, "sdp": ""}',
        '{"type": "answer", "generation": true, "sdp": ""}',
        '{"type": "answer", "generation": 99999999999999999999, "sdp": ""}',
        '{"type": "enter", "x": ' + "[" * 30000,
        "[" * 30000,
        b"\x00binary",
    ],
)
async def test_an_unreadable_message_is_answered_with_an_error_and_nothing_else_happens(
    certificate: RTCCertificate, message
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        amina.say(message)
        await until(lambda: amina.heard("error"))
        amina.say({"type": "media", "audio": True, "video": False})
        await until(lambda: bruno.heard("media"))

        assert amina.heard("error") == [BAD_MESSAGE]
        assert stage.gone() == []


async def test_a_raised_hand_is_sent_to_present_and_to_new_participants(
    certificate: RTCCertificate,
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        amina.say({"type": "media", "audio": True, "video": True, "hand": True})
        await until(lambda: bruno.heard("media"))
        chloe = await stage.connected("chloe")
        await until(lambda: chloe.heard("media"))

        up = {"type": "media", "participant": "amina", "audio": True, "video": True, "hand": True}
        assert bruno.heard("media") == chloe.heard("media") == [up]


async def test_a_message_of_the_longest_agreed_length_is_accepted(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        message = json.dumps({"type": "media", "audio": True, "video": True, "x": ""})

        amina.say(message[:-2] + "x" * (MAX_MESSAGE - len(message)) + message[-2:])

        await until(lambda: bruno.heard("media"))
        assert amina.heard("error") == []


@pytest.mark.parametrize(
    "answer",
    [
        {"sdp": "v=0"},
        {"sdp": 7},
        {"sdp": None},
        {},
    ],
)
async def test_a_bad_answer_to_a_later_offer_leaves_the_call_as_it_is(
    certificate: RTCCertificate, answer: dict
):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        await stage.connected("carla")
        await until(lambda: amina.heard("offer"))
        generation = amina.heard("offer")[-1]["generation"]

        amina.say({"type": "answer", "generation": generation, **answer})
        await until(lambda: amina.heard("error"))
        bruno.send_audio(1)
        await until(lambda: amina.rtp)
        amina.accept_offer()

        await until(lambda: amina.sees("carla"))
        assert amina.heard("error") == [BAD_MESSAGE]


async def test_a_page_that_sends_too_many_messages_gets_an_error(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for _ in range(MESSAGE_BURST + 10):
            amina.say({"type": "media", "audio": True, "video": True})
        await until(lambda: amina.heard("error"))
        await settle()

        assert amina.heard("error") == [{"type": "error", "code": "media.too_fast"}]
        assert len(bruno.heard("media")) == MESSAGE_BURST
        stage.clock.advance(5)
        amina.say({"type": "media", "audio": False, "video": True})
        await until(lambda: bruno.heard("media")[-1]["audio"] is False)


async def test_a_page_that_floods_is_ended_and_the_others_stay(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for _ in range(MESSAGE_BURST + MESSAGE_STRIKES + 10):
            amina.say("{}")
            await asyncio.sleep(0)
        await until(lambda: stage.gone())

        assert stage.gone() == [("amina", "failed")]
        await until(lambda: not bruno.sees("amina"))


async def test_a_page_that_opens_channels_without_end_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()

        for number in range(FOREIGN_CHANNELS + 1):
            RTCDataChannel(amina.sctp, RTCDataChannelParameters(label=f"mine {number}"))
        await until(lambda: stage.gone())

        assert stage.gone() == [("amina", "failed")]
        assert bruno.heard("bye") == []


async def test_rubbish_inside_sctp_ends_at_most_its_sender(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        carla = await stage.connected("carla", room="elsewhere")
        dice = random.Random(7)  # noqa: S311
        tag = stage.plane.peers[amina.id].connection.channel._sctp._local_verification_tag

        for length in (0, 1, 11, 12, 13, 16, 40, 300, 1100):
            for _ in range(20):
                with contextlib.suppress(ConnectionError):  # she may have been ended by now
                    await amina.dtls._send_data(sctp_packet(tag, dice.randbytes(length)))
                await asyncio.sleep(0)
        await settle()

        assert {who for who, _ in stage.gone()} <= {"amina"}
        bruno.say({"type": "media", "audio": True, "video": True})
        carla.say({"type": "nonsense"})
        await until(lambda: carla.heard("error"))
        assert stage.plane.peers[bruno.id].joined
        assert stage.plane.forwarder.counters.faults == 0


async def test_a_browser_that_never_finishes_its_messages_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        sctp = stage.plane.peers[amina.id].connection.channel._sctp

        # One message that begins and never ends.
        first = sctp._last_received_tsn + 1
        for number in range(1100):
            chunk = DataChunk(flags=SCTP_DATA_FIRST_FRAG if number == 0 else 0)
            chunk.tsn = (first + number) & 0xFFFFFFFF
            chunk.stream_id, chunk.stream_seq, chunk.protocol = 7, 0, 51
            chunk.user_data = bytes(1000)
            await amina.dtls._send_data(sctp_packet(sctp._local_verification_tag, bytes(chunk)))
            stage.clock.advance(1 / SCTP_CHUNKS_PER_SECOND)
            await asyncio.sleep(0)
        await until(lambda: sctp.backlog > MAX_BACKLOG)
        for peer in (amina, bruno):
            await peer.prove_address()
        stage.clock.advance(1)
        stage.plane.tick()

        assert stage.gone() == [("amina", "failed")]
