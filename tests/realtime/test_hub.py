"""The hub over real sockets: a real ASGI server on this machine, real Socket.IO clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import socketio
import uvicorn

from kiosk.realtime import tickets
from kiosk.realtime.hub import MAX_MESSAGE_BYTES, SOCKETS, Hub
from tests.drivers.ports import listening_socket

SECRET = "a secret that is long enough for tests"


class Page:
    """A page's socket, and what it heard."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.client.on("*", self._listen)

    async def _listen(self, event: str, message: Any) -> None:
        self.heard.put_nowait((event, message))

    async def open(self, *topics: str) -> Page:
        """Connect with a ticket for ``topics``."""
        await self.show(tickets.issue(SECRET, topics))
        return self

    async def show(self, ticket: object) -> None:
        """Connect with any ticket at all."""
        await self.client.connect(self._url, auth={"ticket": ticket}, transports=["websocket"])

    async def hears(self) -> tuple[str, Any]:
        """Return the next message, waiting for it at most 5 seconds."""
        return await asyncio.wait_for(self.heard.get(), 5)


@asynccontextmanager
async def running_hub() -> AsyncIterator[tuple[Hub, str]]:
    hub = Hub(SECRET)
    hub.attach(asyncio.get_running_loop())
    with listening_socket() as sock:
        port = sock.getsockname()[1]
        config = uvicorn.Config(
            socketio.ASGIApp(hub.server), lifespan="off", log_config=None, **SOCKETS
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield hub, f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await serving
            await hub.close()


async def test_a_nudge_from_any_thread_reaches_the_pages_of_its_topic_only() -> None:
    async with running_hub() as (hub, url):
        lea = await Page(url).open("house:1", "room:7")
        karim = await Page(url).open("house:2")

        thread = threading.Thread(target=hub.nudge, args=({"room:7": 4, "house:2": 9},))
        thread.start()
        thread.join()

        assert await lea.hears() == ("nudge", {"topic": "room:7", "revision": 4})
        assert await karim.hears() == ("nudge", {"topic": "house:2", "revision": 9})
        assert lea.heard.empty()
        for page in (lea, karim):
            await page.client.disconnect()


async def test_the_hub_knows_the_topics_of_connected_pages_only() -> None:
    async with running_hub() as (hub, url):
        lea = await Page(url).open("house:1", "room:7")
        amina = await Page(url).open("room:7")
        while_both_are_there = hub.topics()
        await lea.client.disconnect()
        async with asyncio.timeout(10):
            while "house:1" in hub.topics():
                await asyncio.sleep(0.01)

        assert while_both_are_there == {"house:1", "room:7"}
        assert hub.topics() == {"room:7"}
        await amina.client.disconnect()


async def test_a_page_with_a_forged_ticket_is_refused_with_the_code() -> None:
    async with running_hub() as (_, url):
        page = Page(url)
        refusals: list[Any] = []
        page.client.on("connect_error", refusals.append)

        with pytest.raises(socketio.exceptions.ConnectionError):
            await page.show("forged")

        assert refusals == [{"message": "realtime.bad_ticket"}]


async def test_what_a_page_sends_is_ignored_and_reaches_nobody() -> None:
    async with running_hub() as (hub, url):
        robert = await Page(url).open("room:7")
        lea = await Page(url).open("room:7")
        typing = {"topic": "room:7", "kind": "typing", "value": True}

        for _ in range(200):
            await robert.client.emit("fleeting", typing)
            await robert.client.emit("nudge", {"topic": "room:7", "revision": 9})
        hub.nudge({"room:7": 1})

        for page in (robert, lea):
            assert await page.hears() == ("nudge", {"topic": "room:7", "revision": 1})
            assert page.heard.empty()
            await page.client.disconnect()


async def test_a_message_that_is_too_long_ends_its_own_page_only() -> None:
    async with running_hub() as (hub, url):
        robert = await Page(url).open("room:7")
        lea = await Page(url).open("room:7")

        await robert.client.emit("anything", "x" * (MAX_MESSAGE_BYTES + 1))
        await asyncio.wait_for(robert.client.wait(), 5)
        hub.nudge({"room:7": 1})

        assert not robert.client.connected
        assert (await lea.hears())[0] == "nudge"
        await lea.client.disconnect()
