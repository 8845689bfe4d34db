"""Documents asked for by many at once are waited for outside the threads that answer pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.printing import guides, worker
from kiosk.printing.document import Job
from kiosk.run import page_threads
from kiosk.run.page_threads import PageThreads
from kiosk.settings import Settings
from tests.builders.applications import application
from tests.unit.test_page_threads import SCOPE, Message

THREADS = 2
CARDS = 50


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Iterator[worker.Press]:
    """A press of this test's own, as the application's."""
    press = worker.Press()
    monkeypatch.setattr(worker, "_press", press)
    yield press
    press.stop()


async def asked(pages: PageThreads, path: str) -> tuple[int, bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    path, _, query = path.partition("?")
    scope = {**SCOPE, "method": "GET", "path": path, "query_string": query.encode()}
    await pages(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


def card(number: int) -> Job:
    return Job(f"<html lang='fr'><title>t</title><body><p>Personne {number}</p></body></html>")


def printing_pages(environ: Message, start_response: Any) -> list[bytes]:
    """Answer ``/card/7`` with a card and anything else at once, as a route would."""
    _, _, number = environ["PATH_INFO"].partition("/card/")
    try:
        body = worker.render(card(int(number))) if number else b"page"
    except worker.NotYet:
        start_response("202 Accepted", [])
        return [b""]
    except worker.PrintingTimeout:
        start_response("503 Busy", [])
        return [b""]
    start_response("200 OK", [])
    return [body]


async def test_fifty_cards_at_once_leave_the_page_threads_free(press: worker.Press) -> None:
    pages = PageThreads(printing_pages, workers=THREADS)
    with press._queue:  # a card that takes for ever is on the press
        cards = [asyncio.create_task(asked(pages, f"/card/{n}")) for n in range(1, CARDS + 1)]
        await asyncio.sleep(0.2)

        answer = await asyncio.wait_for(asked(pages, "/other"), 5)

        assert answer == (200, b"page")
        assert not any(task.done() for task in cards)

    printed = await asyncio.gather(*cards)
    assert [status for status, _ in printed] == [200] * CARDS
    assert all(body.startswith(b"%PDF") for _, body in printed)


async def test_more_cards_than_may_be_queued_are_refused_at_once(
    press: worker.Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ASKED", 1)
    pages = PageThreads(printing_pages, workers=THREADS)
    with press._queue:
        first = asyncio.create_task(asked(pages, "/card/1"))
        await asyncio.sleep(0.2)

        assert (await asyncio.wait_for(asked(pages, "/card/2"), 5))[0] == 503

    assert (await first)[0] == 200


async def test_a_card_whose_turn_comes_too_late_is_refused(
    press: worker.Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TURN_WITHIN_S", 0.1)
    pages = PageThreads(printing_pages, workers=THREADS)
    with press._queue:
        first = asyncio.create_task(asked(pages, "/card/1"))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(asked(pages, "/card/2"))
        await asyncio.sleep(0.3)

    assert [(await first)[0], (await second)[0]] == [200, 503]


async def test_a_guide_that_is_kept_waits_for_nobody_and_the_others_hold_no_thread(
    press: worker.Press, tmp_path: Path
) -> None:
    app = application(Settings(secret_key="k" * 40, instance_dir=tmp_path))
    page_threads.prepare(app)
    pages = PageThreads(app.wsgi_app, workers=THREADS)
    slug = guides.list_guides()[0].slug
    assert (await asked(pages, f"/guides/{slug}.pdf?lang=fr"))[0] == 200

    with press._queue:
        waiting = [
            asyncio.create_task(asked(pages, f"/guides/{slug}.pdf?lang=en"))
            for _ in range(2 * THREADS)
        ]
        await asyncio.sleep(0.3)
        kept = await asyncio.wait_for(asked(pages, f"/guides/{slug}.pdf?lang=fr"), 10)
        page = await asyncio.wait_for(asked(pages, "/"), 10)

        assert kept[0] == page[0] == 200
        assert kept[1].startswith(b"%PDF")
        assert not any(one.done() for one in waiting)

    printed = await asyncio.gather(*waiting)
    assert len({body for _, body in printed}) == 1
    assert printed[0][1].startswith(b"%PDF")
