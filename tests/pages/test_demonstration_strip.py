"""A demonstration says on every page that it is one; what serves people never does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flask import Flask

from kiosk.settings import ROOT
from kiosk.web.admission_control.refusals import Busy, Refusals
from kiosk.web.demonstration_strip import show_strip
from tests.pages.inspector import InspectingClient

STRIP = '<aside class="app-demonstration"'
PAGES = (
    "/",
    "/rdv",
    "/guides",
    "/agent/connexion",
    "/accessibilite",
    "/confidentialite",
    "/nowhere",
)


@pytest.mark.parametrize("address", PAGES)
def test_the_strip_is_on_pages_of_a_demonstration_only(
    app: Flask, client: InspectingClient, address: str
) -> None:
    assert STRIP not in client.get(address).text

    show_strip(app)

    assert client.get(address).text.count(STRIP) == 1
    assert "write nothing personal" in client.get(f"{address}?lang=en").text


@pytest.mark.parametrize("shown", [False, True])
def test_the_page_of_last_resort_has_it_too(
    app: Flask, client: InspectingClient, shown: bool
) -> None:
    def fall() -> str:
        raise RuntimeError("a fault of ours")

    app.add_url_rule("/essai", "essai", fall)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    if shown:
        show_strip(app)

    page = client.get("/essai")

    assert page.status_code == 500
    assert (STRIP in page.text) is shown
    assert "{{" not in page.text


@pytest.mark.parametrize("shown", [False, True])
def test_what_the_edge_refuses_has_it_too(app: Flask, shown: bool) -> None:
    if shown:
        show_strip(app)
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"accept", b"text/html")]}
    asyncio.run(Refusals(app).answer(Busy, scope, send))

    assert (STRIP.encode() in sent[1]["body"]) is shown


def test_no_page_is_written_without_a_place_for_it() -> None:
    """Every template of a whole page; e-mails are not pages."""
    folder = ROOT / "kiosk" / "templates"
    whole = [file for file in folder.rglob("*.html") if "<!doctype html>" in file.read_text()]
    pages = [file for file in whole if file.parent.name != "messages"]

    assert len(pages) >= 3
    assert [
        file.name
        for file in pages
        if "is_demonstration" not in file.read_text() and "{{strip}}" not in file.read_text()
    ] == []
