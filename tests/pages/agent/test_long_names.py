"""A word of 120 letters breaks: no page is wider than its screen for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Playwright
from werkzeug.serving import make_server

from kiosk.appointments.model import Appointment
from tests.builders.cast import PASSWORD
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.measures import assert_no_sideways_scroll
from tests.pages.test_gallery_in_a_browser import Silent

pytestmark = pytest.mark.browser

LONG = ("Wolfeschlegelsteinhausenbergerdorff" * 4)[:120]


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_long_name_keeps_the_agents_pages_in_their_width(
    playwright: Playwright, url: str, book: Callable[..., Appointment], size: str, now: datetime
):
    made = book(citizen_name=LONG)
    with sitting_at_chromium(playwright, Person(screen=size)) as screen:
        screen.inspector.expect("WebSocket")
        screen.open(f"{url}/agent/connexion")
        screen.type_in("Identifiant", "lea")
        screen.type_in("Mot de passe", PASSWORD)
        screen.press("Se connecter")
        for page in ("/agent/", f"/agent/rendez-vous/{made.id}", "/agent/rendez-vous"):
            screen.open(f"{url}{page}")
            screen.sees(LONG)
            assert_no_sideways_scroll(screen)
