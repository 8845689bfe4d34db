"""What stopped every page for minutes: raw sockets against the running server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiosk.realtime import tickets
from tests.drivers.server import RunningServer
from tests.edge.attackers import OPCODE_TEXT, Answer, Attacker, allow_many_sockets, frame, post

PAGE_WITHIN_S = 1.0


async def usual_page(here: Attacker) -> Answer:
    """Ask for three pages; return the one that took neither longest nor shortest."""
    answers = [await here.page(within_s=10) for _ in range(3)]
    return sorted(answers, key=lambda answer: answer.took_s)[1]


@pytest.fixture(autouse=True)
def many_sockets() -> None:
    allow_many_sockets()


async def test_unfinished_bodies_stop_no_page(server: RunningServer) -> None:
    here = Attacker(server.url)

    async with here.idle(60, post("/rdv", length=1000).encode() + b"token="):
        answer = await usual_page(here)

    assert answer.status == 200
    assert answer.took_s < PAGE_WITHIN_S


@pytest.mark.parametrize("first_bytes", [b"", b"GET / HTTP/1.1\r\nHost: localho"])
async def test_idle_sockets_stop_no_page(server: RunningServer, first_bytes: bytes) -> None:
    here = Attacker(server.url)

    async with here.idle(1100, first_bytes):
        answer = await usual_page(here)

    assert answer.status == 200
    assert answer.took_s < PAGE_WITHIN_S


async def test_idle_web_sockets_stop_no_page_and_write_no_log(server: RunningServer) -> None:
    here, before = Attacker(server.url), len(server.said)
    sockets = []
    try:
        for _ in range(1100):
            try:
                sockets.append(await here.web_socket())
            except ConnectionRefusedError:
                continue
        answer = await usual_page(here)
    finally:
        await asyncio.gather(*(one.drop() for one in sockets))

    assert answer.status == 200
    assert answer.took_s < PAGE_WITHIN_S
    assert len(server.said) - before < 100_000


async def test_too_large_a_body_is_refused_with_our_code(server: RunningServer) -> None:
    answer = await Attacker(server.url).ask(
        post("/rdv", length=2_000_000, accept="application/json") + "x" * 10_000
    )

    assert answer.status == 413
    assert b'"form.too_big"' in answer.body


async def test_binary_attachments_end_their_own_socket(server: RunningServer) -> None:
    here = Attacker(server.url)
    socket = await here.web_socket()
    joined = await socket.join(tickets.issue(server.secret, ["room:1"]))

    socket.send('451-["x",{"_placeholder":true,"num":0}]')
    socket.send(b"x" * 1000)

    ended = await socket.until_closed(3)
    await socket.drop()
    assert joined.startswith(b"40")
    assert ended


async def test_a_second_connect_ends_its_own_socket(server: RunningServer) -> None:
    here, ticket = Attacker(server.url), tickets.issue(server.secret, ["room:1"])
    socket = await here.web_socket()
    await socket.join(ticket)

    socket.send(f'40{{"ticket":"{ticket}"}}')

    ended = await socket.until_closed(3)
    await socket.drop()
    assert ended


async def test_one_ticket_has_a_few_sockets(server: RunningServer) -> None:
    here, ticket = Attacker(server.url), tickets.issue(server.secret, ["room:1"])
    sockets = [await here.web_socket() for _ in range(20)]

    answers = [await one.join(ticket) for one in sockets]

    await asyncio.gather(*(one.drop() for one in sockets))
    assert 2 <= sum(answer.startswith(b"40") for answer in answers) <= 10
    assert b"realtime.too_many" in answers[-1]


async def test_malformed_frames_write_no_log(server: RunningServer) -> None:
    here, before = Attacker(server.url), len(server.said)

    for _ in range(40):
        socket = await here.web_socket()
        for _ in range(50):
            socket.send("4{not a packet")
        await socket.until_closed(3)
        await socket.drop()
    await asyncio.sleep(0.3)

    assert len(server.said) - before < 20_000


async def test_bytes_without_end_stay_in_the_network(server: RunningServer) -> None:
    here = Attacker(server.url)
    socket = await here.web_socket()
    await socket.join(tickets.issue(server.secret, ["room:2"]))
    before = memory_kb(server.pid)

    socket.writer.write(frame(b'42["typing",{}]', OPCODE_TEXT) * 1_500_000)
    await asyncio.sleep(2)
    unsent = socket.writer.transport.get_write_buffer_size()
    answer = await usual_page(here)
    grown = memory_kb(server.pid) - before
    await socket.drop()

    assert unsent > 15_000_000
    assert answer.took_s < PAGE_WITHIN_S
    assert grown < 5000


async def test_a_message_in_pieces_without_end_ends_its_own_socket(server: RunningServer) -> None:
    here = Attacker(server.url)
    socket = await here.web_socket()
    beginning, piece = b"\x01\x80\0\0\0\0", b"\x00\x80\0\0\0\0"

    socket.writer.write(beginning + piece * 100)

    ended = await socket.until_closed(3)
    await socket.drop()
    assert ended


def memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
