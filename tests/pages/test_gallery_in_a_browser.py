"""The components in a real browser: what they do under a finger, and what axe thinks of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.drivers.axe import assert_accessible
from tests.drivers.chromium import ChromiumScreen, Person, sitting_at_chromium
from tests.drivers.measures import assert_fingers_fit, assert_no_sideways_scroll

pytestmark = pytest.mark.browser

PAGES = [
    "/dev/composants",
    "/dev/etape",
    "/dev/etape-borne",
    "/dev/agent",
    "/dev/appel",
    "/dev/erreurs/gate.locked",
    "/dev/erreurs/failsafe",
]


class Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def screen(playwright: Playwright, url: str) -> Iterator[ChromiumScreen]:
    with sitting_at_chromium(playwright) as screen:
        screen.open(f"{url}/dev/composants")
        yield screen


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["small", "kiosk"])
def test_every_component_is_accessible_and_fits(
    playwright: Playwright, url: str, size: str, dark: bool
) -> None:
    with sitting_at_chromium(playwright, Person(screen=size, dark=dark)) as screen:
        for page in PAGES:
            screen.open(f"{url}{page}")
            assert_accessible(screen)
            assert_fingers_fit(screen)
            assert_no_sideways_scroll(screen)


def test_a_code_goes_in_threes_while_it_is_typed_and_corrected(screen: ChromiumScreen) -> None:
    field = screen.page.get_by_label("Votre code").first

    field.press_sequentially("12a3456 789x0")
    typed = field.input_value()
    field.evaluate("field => field.setSelectionRange(3, 3)")
    field.press("Backspace")
    corrected = field.input_value()
    caret = field.evaluate("field => field.selectionStart")

    assert typed == "123 456 789"
    assert corrected == "124 567 89"
    assert caret == 2


def test_a_value_is_copied_without_its_spaces_and_it_is_said(screen: ChromiumScreen) -> None:
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    screen.page.get_by_role("button", name="Copier Code").click()

    screen.sees("Copié")
    assert screen.evaluate("() => navigator.clipboard.readText()") == "123456789"


def test_a_refused_copy_selects_the_text_and_says_so(screen: ChromiumScreen) -> None:
    screen.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")

    screen.page.get_by_role("button", name="Copier Code").click()

    screen.sees("Copie impossible")
    assert screen.evaluate("() => getSelection().toString()").startswith("123")


def test_a_question_opens_holds_the_focus_and_closes_with_escape(screen: ChromiumScreen) -> None:
    screen.press("Ouvrir une question")
    inside = screen.evaluate("() => document.activeElement.closest('dialog')?.id")
    screen.page.keyboard.press("Escape")

    assert inside == "gallery-dialog"
    assert screen.evaluate("() => document.activeElement.dataset.opens") == "gallery-dialog"


def test_the_first_key_offers_to_skip_to_the_content(screen: ChromiumScreen) -> None:
    screen.page.keyboard.press("Tab")
    offered = screen.evaluate("() => document.activeElement.textContent")
    screen.page.keyboard.press("Enter")

    assert offered == "Aller au contenu"
    assert screen.evaluate("() => document.activeElement.id") == "main"
