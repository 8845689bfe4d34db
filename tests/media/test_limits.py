"""Beyond every bound of docs/limits.md: a refusal or a counted drop, and no growth."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from pathlib import Path

import pytest
from aiortc import RTCCertificate

from kiosk.errors import MediaError
from kiosk.media.engine import CallRole, MediaEvent
from kiosk.media.plane import limits
from kiosk.media.plane.limits import (
    FEEDBACK_BURST,
    MAX_MESSAGE,
    MAX_PLAIN,
    MESSAGE_BURST,
    NACK_ENTRIES,
    PACKETS_UP_PER_SECOND,
    Limits,
)
from kiosk.media.plane.process.control import MAX_CONNECTIONS, MAX_EVENTS_WAITING, ControlServer
from kiosk.media.plane.streams.packet_cache import CAPACITY, ROOM, PacketCache
from kiosk.media.plane.transport.channel import MAX_UNSENT
from kiosk.media.plane.wire import rtcp
from tests.media.stage import a_stage, settle, until

ROOT = Path(__file__).resolve().parents[2]


async def test_unanswered_offers_have_a_limit_of_their_own(certificate: RTCCertificate):
    async with a_stage(certificate, limits=Limits(waiting=2)) as stage:
        amina = await stage.connected("amina")
        stage.offered("bruno")
        stage.offered("carla")

        with pytest.raises(MediaError) as refused:
            stage.offered("dora")
        await amina.prove_address()
        stage.clock.advance(Limits().join_s)
        await amina.prove_address()
        stage.plane.tick()
        stage.offered("dora")

        assert (refused.value.code, refused.value.status) == ("media.too_many", 503)
        assert sorted(stage.gone()) == [("bruno", "lapsed"), ("carla", "lapsed")]


async def test_echo_connections_have_a_share_of_their_own(certificate: RTCCertificate):
    async with a_stage(certificate, limits=Limits(echoes_waiting=3)) as stage:
        for number in range(3):
            stage.plane.join(f"echo-{number}", "amina", role=CallRole.CITIZEN, echo=True)

        with pytest.raises(MediaError) as refused:
            stage.plane.join("echo-9", "amina", role=CallRole.CITIZEN, echo=True)
        stage.offered("lea")

        assert (refused.value.code, refused.value.status) == ("media.echo_busy", 503)


async def test_there_are_never_more_rooms_than_peers(certificate: RTCCertificate):
    async with a_stage(certificate, limits=Limits(peers=3)) as stage:
        for number in range(3):
            stage.offered("amina", room=f"room {number}")
        with pytest.raises(MediaError, match=r"media\.too_many"):
            stage.offered("amina", room="one more")
        for number in range(3):
            stage.plane.close_room(f"room {number}")

        assert stage.plane.rooms == {}


async def test_a_message_longer_than_agreed_is_refused(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina.sctp._remote_max_message_size = 0  # a page that does not care what was agreed

        amina.say({"type": "media", "audio": True, "video": True, "x": "x" * MAX_MESSAGE})
        await until(lambda: amina.heard("error"))

        assert amina.heard("error") == [{"type": "error", "code": "media.bad_message"}]
        assert bruno.heard("media") == []


async def test_a_page_that_does_not_read_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        amina._wire.queue = asyncio.Queue()  # nothing reads what comes
        channel = stage.plane.peers[amina.id].connection.channel

        for _ in range(4 + MAX_UNSENT // MAX_MESSAGE):
            channel.send({"type": "layout", "slots": [], "x": "x" * (MAX_MESSAGE - 99)})
            await asyncio.sleep(0)
        await until(lambda: stage.gone())

        assert stage.gone() == [("amina", "failed")]
        bruno.say({"type": "nonsense"})
        await until(lambda: bruno.heard("error"))


async def test_feedback_beyond_the_rate_is_dropped_and_counted(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        refused = stage.plane.counters.refused_rtcp

        for number in range(FEEDBACK_BURST + 20):
            amina.send_rtcp(rtcp.remb(1000 * (1 + number % 9), (1,)))
            await asyncio.sleep(0)
        await until(lambda: stage.plane.counters.refused_rtcp >= refused + 20)
        stage.clock.advance(1)
        amina.send_rtcp(rtcp.remb(777_000, (1,)))

        await until(lambda: stage.plane.peers[amina.id].downlink.remb == 777_000)
        assert stage.gone() == []


def test_a_nack_is_read_up_to_a_bound():
    entries = b"\xff\xff\xff\xff" * 300
    block = struct.pack("!BBHLL", 0x81, 205, 2 + 300, 1, 2) + entries

    (missing,) = rtcp.parse(block)

    assert isinstance(missing, rtcp.Missing)
    assert len(missing.sequences) == 17 * NACK_ENTRIES


async def test_a_peer_that_sends_too_much_media_is_ended(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, bruno = await stage.pair()
        stage.plane.peers[amina.id].publications.audio.tally.packets += PACKETS_UP_PER_SECOND
        amina.send_audio(1)
        await until(lambda: bruno.rtp)

        stage.clock.advance(1)
        stage.plane.tick()

        assert stage.gone() == [("amina", "failed")]


def test_a_packet_cache_is_bounded_in_bytes():
    ring = PacketCache()
    for number in range(3 * CAPACITY):
        head = struct.pack("!BBHLL", 0x80, 96, number, 0, 0)
        ring.put(number, head + bytes(MAX_PLAIN - 12), key_frame=False)

    kept = [packet for number in range(3 * CAPACITY) if (packet := ring.get(number))]
    assert 0 < sum(len(packet) for packet in kept) <= ROOM


async def test_a_listener_that_falls_behind_is_disconnected():
    server = ControlServer(socket.socket(socket.AF_UNIX))
    behind: asyncio.Queue[MediaEvent | None] = asyncio.Queue(maxsize=MAX_EVENTS_WAITING)
    server._listeners.add(behind)
    event = MediaEvent("peer.gone", "room", "amina", "id")

    for _ in range(MAX_EVENTS_WAITING + 5):
        server.emit(event)

    last = [behind.get_nowait() for _ in range(behind.qsize())][-1]
    assert last is None
    assert not server.has_listeners
    server._listening.close()


async def test_connections_beyond_the_limit_are_refused(tmp_path: Path):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "control.sock"))
    listening.listen(MAX_CONNECTIONS * 2)
    listening.setblocking(False)
    server = ControlServer(listening)
    server.start(None)  # type: ignore[arg-type] - no request reaches the plane
    idle = []
    for _ in range(MAX_CONNECTIONS):
        one = socket.socket(socket.AF_UNIX)
        one.connect(str(tmp_path / "control.sock"))
        idle.append(one)
        await asyncio.sleep(0)
    await until(lambda: len(server._tasks) == MAX_CONNECTIONS)

    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "control.sock"))
    answer = json.loads(await reader.readline())
    idle.pop().close()
    await until(lambda: len(server._tasks) < MAX_CONNECTIONS)

    assert answer == {"error": {"code": "media.unavailable", "status": 503}}
    for one in idle:
        one.close()
    writer.close()
    await server.stop()
    listening.close()


async def test_a_page_above_the_message_rate_gets_one_error_only(certificate: RTCCertificate):
    async with a_stage(certificate) as stage:
        amina, _ = await stage.pair()

        for _ in range(MESSAGE_BURST + 30):
            amina.say("{}")
        await until(lambda: {"type": "error", "code": "media.too_fast"} in amina.heard("error"))
        await settle()

        errors = [
            message for message in amina.heard("error") if message["code"] == "media.too_fast"
        ]
        assert len(errors) == 1


def test_every_bound_is_in_the_table():
    named = {
        name
        for name in vars(limits)
        if name.isupper() and name not in ("SLOT", "DATAGRAMS_PER_WAKE", "KEY_FRAME_INTERVAL_S")
    }
    table = (ROOT / "docs" / "limits.md").read_text()

    assert named - set(re.findall(r"`([A-Z_0-9]+)`", table)) == set()


def test_every_test_the_table_names_exists():
    table = (ROOT / "docs" / "limits.md").read_text()
    named = re.findall(r"`(\S+\.py)::(test_\w+)`", table)

    assert len(named) > 20
    for path, name in named:
        assert f"def {name}(" in (ROOT / "tests" / path).read_text(), f"{path}::{name}"
