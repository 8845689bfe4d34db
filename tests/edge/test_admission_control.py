"""Admission control as an ASGI application: whole bodies, deadlines, shares; times shortened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from flask import Flask

from kiosk import create_app
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.web.admission_control.application import (
    AdmissionControl,
    address_of,
    can_be_host,
    holder_of,
)
from kiosk.web.admission_control.bounds import Bounds
from kiosk.web.admission_control.connections import Connections
from kiosk.web.admission_control.refusals import Refusals
from tests.drivers.ports import listening_socket
from tests.edge.attackers import Attacker, get, post, read_answer

SECRET = "a secret that is long enough for tests"
SHORT = Bounds(
    headers_s=0.4,
    keep_alive_s=1.0,
    unread_s=0.4,
    first_body_byte_s=0.4,
    body_s=0.8,
    connections_per_address=6,
    requests_per_address=4,
    requests_per_holder=2,
    unfinished_bodies_per_address=3,
)


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("instance")
    settings = Settings(secret_key=SECRET, instance_dir=folder)  # type: ignore[arg-type]
    schema.upgrade(settings.sqlalchemy_url)
    return create_app(settings)


@pytest.fixture
def refusals(flask: Flask) -> Refusals:
    return Refusals(flask)


@pytest.mark.parametrize(
    ("host", "possible"),
    [
        ("visio.example.fr:443", True),
        ("[2001:db8::1]:8000", True),
        ("", True),
        (f"{'x' * 63}.fr", True),
        (f"{'x' * 64}.fr", False),
        (".".join(["xxxxxxxxx"] * 30), False),
    ],
)
def test_a_name_longer_than_any_server_has_is_no_host(host: str, possible: bool) -> None:
    assert can_be_host(host) is possible


@dataclass
class Pages:
    """Answers each request with its body's length; slowly under ``/slow``, at length ``/long``."""

    begun: int = 0
    lengths: list[int] = field(default_factory=list)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.begun += 1
        length, more = 0, True
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
        self.lengths.append(length)
        if scope["path"] == "/slow":
            await asyncio.sleep(0.5)
        body = b"x" * 30_000_000 if scope["path"] == "/long" else str(length).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Edge:
    """A server of :class:`Pages` behind admission control."""

    pages: Pages
    here: Attacker


@asynccontextmanager
async def an_edge(refusals: Refusals, bounds: Bounds = SHORT, **more: Any) -> AsyncIterator[Edge]:
    pages = Pages()
    proxies = more.get("trusted_proxies", 0) > 0
    connections = Connections(bounds, refusals, most=1000, proxies=proxies)
    with listening_socket() as sock:
        config = uvicorn.Config(
            AdmissionControl(pages, refusals, bounds, **more),
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            timeout_keep_alive=int(bounds.keep_alive_s),
            **connections.protocols(),
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield Edge(pages, Attacker(f"http://127.0.0.1:{sock.getsockname()[1]}"))
        finally:
            server.should_exit = True
            await serving


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host"])
async def test_a_request_to_a_name_that_no_server_has_is_refused(
    refusals: Refusals, name: str
) -> None:
    request = f"GET / HTTP/1.1\r\nHost: a\r\n{name}: {'x' * 2000}\r\nAccept: text/html\r\n\r\n"
    async with an_edge(refusals) as edge:
        answer = await edge.here.ask(request.replace("Host: a\r\nHost", "Host"))

    assert answer.status == 400
    assert b"request.bad_host" in answer.body
    assert edge.pages.begun == 0


async def test_a_page_gets_a_body_only_when_it_is_whole(refusals: Refusals) -> None:
    head = post("/", length=20).encode()
    async with an_edge(refusals) as edge, edge.here.idle(1, head + b"0123456789") as [pair]:
        await asyncio.sleep(0.2)
        begun_too_early = edge.pages.begun
        pair[1].write(b"0123456789")
        status, _, body = await read_answer(pair[0])

    assert begun_too_early == 0
    assert (status, body) == (200, b"20")


@pytest.mark.parametrize("length", [0, 1, 65_536, 65_537, 999_999, 1_000_000])
async def test_a_body_arrives_as_it_was_sent(refusals: Refusals, length: int) -> None:
    async with an_edge(refusals) as edge:
        answer = await edge.here.ask(post("/", length=length).encode() + b"x" * length)

    assert (answer.status, answer.body) == (200, str(length).encode())


async def test_a_body_in_chunks_is_read_up_to_the_same_bound(refusals: Refusals) -> None:
    head = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    async with an_edge(refusals) as edge:
        whole = await edge.here.ask(head.encode() + chunk * 2 + b"0\r\n\r\n")
        too_long = await edge.here.ask(head.encode() + chunk * 16 + b"0\r\n\r\n")

    assert (whole.status, whole.body) == (200, b"131072")
    assert too_long.status == 413
    assert edge.pages.lengths == [131072]


@pytest.mark.parametrize(
    ("sent", "after_s"), [(b"", SHORT.first_body_byte_s), (b"0123", SHORT.body_s)]
)
async def test_a_body_that_does_not_come_is_408(
    refusals: Refusals, sent: bytes, after_s: float
) -> None:
    async with an_edge(refusals) as edge:
        head = post("/", length=1000, accept="application/json").encode()
        answer = await edge.here.ask(head + sent)

    assert answer.status == 408
    assert b'"edge.too_slow"' in answer.body
    assert "Votre demande est arrivée trop lentement" in answer.body.decode()
    assert after_s <= answer.took_s < after_s + 1
    assert edge.pages.begun == 0


async def test_a_refusal_speaks_the_language_of_the_visitor(refusals: Refusals) -> None:
    async with an_edge(refusals) as edge:
        answer = await edge.here.ask(
            post("/", length=2_000_000).replace("Language: fr", "Language: en-GB,en") + "x" * 100
        )

    assert answer.status == 413
    assert '<html lang="en"' in answer.body.decode()
    assert "form.too_big" in answer.body.decode()
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_route_may_take_more_which_is_kept_on_disk(refusals: Refusals) -> None:
    async with an_edge(refusals, larger={"/import": 3_000_000}) as edge:
        body = b"x" * 2_500_000
        taken = await edge.here.ask(post("/import/1", length=len(body)).encode() + body)
        refused = await edge.here.ask(post("/other", length=len(body)).encode() + body)

    assert (taken.status, taken.body) == (200, b"2500000")
    assert refused.status == 413


async def test_all_bodies_together_have_a_quota(refusals: Refusals) -> None:
    bounds = Bounds(bodies=50_000, body_s=2.0)
    async with an_edge(refusals, bounds) as edge:
        unfinished = post("/", length=120_000).encode() + b"x" * 100_000
        async with edge.here.idle(1, unfinished):
            await asyncio.sleep(0.2)
            refused = await edge.here.ask(post("/", length=90_000).encode() + b"x" * 90_000)
        await asyncio.sleep(0.2)
        afterwards = await edge.here.ask(post("/", length=90_000).encode() + b"x" * 90_000)

    assert refused.status == 503
    assert afterwards.status == 200


@pytest.mark.parametrize("held", [69_999, 79_999], ids=["length", "on disk"])
async def test_a_form_is_read_while_somebody_fills_the_quota(refusals: Refusals, held: int) -> None:
    bounds = Bounds(bodies=70_000, body_in_memory=10_000, body_s=2.0)
    async with an_edge(refusals, bounds) as edge:
        unfinished = post("/", length=120_000).encode() + b"x" * held
        async with edge.here.idle(1, unfinished):
            await asyncio.sleep(0.2)
            answer = await edge.here.ask(post("/", length=10_000).encode() + b"x" * 10_000)

    assert answer.status == 200


async def test_the_longest_unfinished_body_gives_way(refusals: Refusals) -> None:
    bounds, unfinished = Bounds(unfinished_bodies_per_address=3), post("/", length=10).encode()
    async with an_edge(refusals, bounds) as edge, edge.here.idle(3, unfinished + b"x") as pairs:
        await asyncio.sleep(0.2)
        answer = await edge.here.ask(post("/", length=10) + "0123456789")
        status, _, _ = await read_answer(pairs[0][0])
        others = [not reader._buffer for reader, _ in pairs[1:]]

    assert answer.status == 200
    assert status == 408
    assert others == [True, True]


@pytest.mark.parametrize(
    ("cookie", "allowed"), [("", SHORT.requests_per_address), ("a", SHORT.requests_per_holder)]
)
async def test_requests_at_the_same_time_have_a_share(
    refusals: Refusals, cookie: str, allowed: int
) -> None:
    request = get("/slow")
    if cookie:
        request = request.replace("Accept", f"Cookie: guichet={cookie}\r\nAccept")
    async with an_edge(refusals, Bounds(requests_per_address=4, requests_per_holder=2)) as edge:
        answers = await asyncio.gather(*(edge.here.ask(request) for _ in range(6)))

    statuses = sorted(answer.status for answer in answers)
    assert statuses == [200] * allowed + [429] * (6 - allowed)


async def test_another_person_of_the_same_building_is_answered(refusals: Refusals) -> None:
    def request(cookie: str) -> str:
        return get("/slow").replace("Accept", f"Cookie: x=1; guichet={cookie}\r\nAccept")

    async with an_edge(refusals, Bounds(requests_per_address=9, requests_per_holder=2)) as edge:
        several = asyncio.gather(*(edge.here.ask(request("loud")) for _ in range(5)))
        await asyncio.sleep(0.1)
        quiet = await edge.here.ask(request("quiet"))
        await several

    assert quiet.status == 200


async def test_headers_that_do_not_end_are_408_and_silence_is_closed(refusals: Refusals) -> None:
    started = time.monotonic()
    async with (
        an_edge(refusals) as edge,
        edge.here.idle(1, b"GET / HTTP/1.1\r\nHost: l") as [slow],
        edge.here.idle(1) as [silent],
    ):
        status, _, body = await read_answer(slow[0])
        nothing = await asyncio.wait_for(silent[0].read(), 2)

    assert status == 408
    assert b"edge.too_slow" in body
    assert nothing == b""
    assert time.monotonic() - started < SHORT.headers_s + 1


async def test_headers_that_trickle_have_one_deadline(refusals: Refusals) -> None:
    started = time.monotonic()
    bounds = Bounds(headers_s=1.0)
    async with (
        an_edge(refusals, bounds) as edge,
        edge.here.idle(1, b"GET / HTTP/1.1\r\n") as [pair],
    ):
        for number in range(3):
            await asyncio.sleep(0.3)
            pair[1].write(f"X-{number}: 1\r\n".encode())
        status, _, _ = await asyncio.wait_for(read_answer(pair[0]), 2)

    assert status == 408
    assert time.monotonic() - started < 1.0 + 0.6


async def test_requests_sent_before_their_turn_are_not_answered(refusals: Refusals) -> None:
    """A packet of a hundred requests would stay in front of other people's pages."""
    async with (
        an_edge(refusals) as edge,
        edge.here.idle(1, get("/").replace("close", "keep-alive").encode() * 100) as [(reader, _)],
    ):
        status, _, _ = await read_answer(reader)
        rest = await asyncio.wait_for(reader.read(), 2)

    assert (status, rest) == (200, b"")
    assert edge.pages.begun == 1


async def test_the_second_request_of_a_connection_has_its_own_deadline(refusals: Refusals) -> None:
    async with an_edge(refusals) as edge, edge.here.idle(1) as [(reader, writer)]:
        for _ in range(3):
            writer.write(get("/").replace("close", "keep-alive").encode())
            assert (await read_answer(reader))[0] == 200
            await asyncio.sleep(0.3)
        writer.write(b"GET /")
        status, _, _ = await asyncio.wait_for(read_answer(reader), 2)

    assert status == 408


async def test_an_answer_that_is_not_read_ends_its_connection(refusals: Refusals) -> None:
    async with an_edge(refusals) as edge, edge.here.idle(1, get("/long").encode()) as [_]:
        async with asyncio.timeout(3):
            while not refusals.counts["edge.unread"]:
                await asyncio.sleep(0.05)


async def test_idle_connections_give_way_and_one_being_answered_does_not(
    refusals: Refusals,
) -> None:
    async with an_edge(refusals, Bounds(connections_per_address=6)) as edge:
        slow = asyncio.create_task(edge.here.page("/slow"))
        await asyncio.sleep(0.1)
        async with edge.here.idle(12):
            other = await edge.here.page()
        answer = await slow

    assert (answer.status, other.status) == (200, 200)
    assert refusals.counts["edge.connections"] >= 7


async def test_behind_a_proxy_shares_are_those_of_the_visitors(refusals: Refusals) -> None:
    def request(address: str) -> str:
        return get("/slow").replace("Accept", f"X-Forwarded-For: {address}\r\nAccept")

    async with an_edge(refusals, Bounds(requests_per_address=2), trusted_proxies=1) as edge:
        answers = await asyncio.gather(
            *(edge.here.ask(request(f"9.9.9.9, 192.0.2.{number}")) for number in range(5)),
            *(edge.here.ask(request("192.0.2.77")) for _ in range(3)),
        )

    assert sorted(answer.status for answer in answers) == [200] * 7 + [429]


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "127.0.0.1"),
        ("192.0.2.1", 0, "127.0.0.1"),
        ("192.0.2.1", 1, "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", 1, "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", 2, "203.0.113.9"),
        ("192.0.2.1", 2, "127.0.0.1"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(
    forwarded: str, proxies: int, address: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"headers": headers, "client": ("127.0.0.1", 4)}

    assert address_of(scope, proxies) == address


@pytest.mark.parametrize("cookie", ["", "other=1", "guichet", '=;;="', "é" * 20])
def test_a_strange_cookie_names_nobody(cookie: str) -> None:
    assert holder_of({"headers": [(b"cookie", cookie.encode())]}) == ""


def test_refusals_are_counted_for_the_metrics(refusals: Refusals) -> None:
    for _ in range(3):
        refusals.note("edge.unread")

    [family] = refusals.metrics()

    assert [(sample.labels, sample.value) for sample in family.samples] == [
        ({"code": "edge.unread"}, 3)
    ]
