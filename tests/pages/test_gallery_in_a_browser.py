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


REDRAWN = """async ([before, act, after, look]) => {
  const { redraw } = await import("/static/js/assist/redraw.js");
  const board = document.createElement("div");
  document.body.append(board);
  board.innerHTML = before;
  const find = (selector) => board.querySelector(selector);
  // Functions made of text are refused by the page's policy, so tests name what to do.
  const does = ([what, selector, value]) => {
    const element = find(selector);
    if (what === "type") element.value = value;
    if (what === "focus") element.focus();
    if (what === "open") element.open = true;
    if (what === "close") element.open = false;
    if (what === "mark") element.marked = true;
    if (what === "select") element.setSelectionRange(...value);
  };
  act.forEach(does);
  for (const next of after) Array.isArray(next) ? does(next) : redraw(board, next);
  const seen = look.map(([what, selector]) => {
    const element = find(selector);
    return what === "focused" ? element === document.activeElement : element[what];
  });
  board.remove();
  return seen;
}"""
ROW_1 = (
    '<li id="one"><details id="thread-1"><summary>Écrire</summary>'
    '<form><input type="hidden" name="csrf" value="a"><textarea id="text-1"></textarea>'
    "<button>Envoyer</button></form></details></li>"
)
ROW_2 = '<li id="two"><p>Attend</p></li>'


def test_what_a_person_types_stays_when_their_row_moves(screen: ChromiumScreen) -> None:
    seen = screen.evaluate(
        REDRAWN,
        [
            f"<ul>{ROW_1}{ROW_2}</ul>",
            [
                ("open", "#thread-1"),
                ("focus", "#text-1"),
                ("type", "#text-1", "Bonjour, je"),
                ("select", "#text-1", [3, 5]),
                ("mark", "#one"),
            ],
            [f"<ul>{ROW_2}<li id='three'></li>{ROW_1}</ul>"],
            [
                ("value", "#text-1"),
                ("focused", "#text-1"),
                ("selectionStart", "#text-1"),
                ("open", "#thread-1"),
                ("marked", "#one"),
            ],
        ],
    )

    assert seen == ["Bonjour, je", True, 3, True, True]


def test_a_button_under_the_focus_keeps_it_and_hidden_fields_are_the_servers(
    screen: ChromiumScreen,
) -> None:
    seen = screen.evaluate(
        REDRAWN,
        [
            f"<ul>{ROW_2}{ROW_1}</ul>",
            [("open", "#thread-1"), ("focus", "button"), ("mark", "button")],
            ["<ul>" + ROW_1.replace('value="a"', 'value="b"') + ROW_2 + "</ul>"],
            [("focused", "button"), ("marked", "button"), ("value", "input")],
        ],
    )

    assert seen == [True, True, "b"]


def test_the_server_opens_a_thread_once_and_never_closes_or_opens_it_again(
    screen: ChromiumScreen,
) -> None:
    opened = ROW_1.replace('id="thread-1"', 'id="thread-1" open')

    seen = screen.evaluate(REDRAWN, [ROW_1, [], [ROW_1, opened], [("open", "#thread-1")]])
    kept = screen.evaluate(REDRAWN, [opened, [], [opened, ROW_1], [("open", "#thread-1")]])
    closed = screen.evaluate(
        REDRAWN,
        [opened, [], [opened, ("close", "#thread-1"), opened], [("open", "#thread-1")]],
    )

    assert (seen, kept, closed) == ([True], [True], [False])


def test_what_is_no_longer_drawn_goes_and_what_is_new_comes(screen: ChromiumScreen) -> None:
    seen = screen.evaluate(
        REDRAWN,
        [
            f"<ul>{ROW_1}{ROW_2}</ul>",
            [],
            ["<ul><li id='two'>Parti</li></ul>"],
            [("innerHTML", "ul")],
        ],
    )

    assert seen == ['<li id="two">Parti</li>']
