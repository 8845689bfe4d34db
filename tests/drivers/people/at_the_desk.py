"""An agent at their pages: signing in, booking, the board."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.drivers.chromium import ChromiumScreen
from tests.drivers.people.somebody import Somebody
from tests.drivers.screen import Screen
from tests.drivers.server import RunningServer

SOON_MS = 15_000


@dataclass(frozen=True, slots=True)
class CardOnScreen:
    """What an appointment's page shows to open its room."""

    code: str
    password: str
    link: str


class AtTheDesk(Somebody):
    """Somebody signed in at the agents' pages."""

    def __init__(self, screen: Screen, server: RunningServer) -> None:
        super().__init__(screen)
        self._server = server

    @property
    def _page(self) -> Page:
        # For what only Chromium's driver offers: responses, routes, the clipboard.
        assert isinstance(self.screen, ChromiumScreen)
        return self.screen.page

    # -- signing in, booking -----------------------------------------------------------------------

    def signs_in(self, role: Literal["agent", "manager", "admin"] = "agent") -> None:
        """Sign in with a demonstration account; the page of the day appears."""
        demo = self._server.demo
        self.screen.open(f"{self._server.url}/agent/")
        self.screen.fill("#login", getattr(demo, f"{role}_login"))
        self.screen.fill("#password", getattr(demo, f"{role}_password"))
        self.screen.click("main form button[type=submit]")
        self.screen.waits_until("location.pathname === '/agent/'")

    def chooses_house(self, name: str) -> None:
        """Show the day of another house."""
        self._page.locator("#house-chosen").select_option(label=name)
        with self._page.expect_navigation():
            self._page.locator(".app-house-chooser button").click()

    @property
    def house_shown(self) -> str:
        """The house that the header names."""
        return self._page.locator(".app-header__house").inner_text()

    def books(self, name: str, *, channel: str = "paper", contact: str = "") -> CardOnScreen:
        """Book somebody at the hour the form proposes; return what their page shows."""
        self._page.goto(f"{self._server.url}/agent/rendez-vous/nouveau")
        self._page.locator("#citizen_name").fill(name)
        self._page.locator(f"input[name=channel][value={channel}]").check()
        if contact:
            self._page.locator("#email" if channel == "email" else "#phone").fill(contact)
        if channel != "sms":
            self._page.locator("#without_phone").check()
        self._presses_create()
        if self._page.locator("[name=despite]").count():
            self._presses_create()
        self._page.wait_for_url("**/rendez-vous/*?fait=pris")
        return self.reads_the_card()

    def reads_the_card(self) -> CardOnScreen:
        """Read what opens the room."""
        code, password, link = (
            self._page.locator(f"#{part}").inner_text() for part in ("code", "password", "link")
        )
        return CardOnScreen(code=code, password=password, link=link)

    def copies(self, what: str) -> str:
        """Press the copy button of ``code``, ``password`` or ``link``; return what is announced."""
        field = self._page.locator(".app-copy").filter(has=self._page.locator(f"#{what}"))
        field.locator("button").click()
        status = field.locator("[role=status]")
        expect(status).not_to_be_empty()
        return status.inner_text()

    def copies_everything(self) -> str:
        """Press "Copier tout"; return what the clipboard then holds."""
        self._page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self._page.locator(".app-copy-all > button").click()
        expect(self._page.locator(".app-copy-all [role=status]")).not_to_be_empty()
        return str(self._page.evaluate("() => navigator.clipboard.readText()"))

    def prints(self) -> bytes:
        """Press "Imprimer la fiche"; return the PDF that was made."""
        with self._page.expect_response(lambda answer: answer.url.endswith("/carte.pdf")) as made:
            self._page.locator("[data-module=print-card]").click()
        expect(self._page.locator("[data-print-ready]")).to_be_visible(timeout=30_000)
        return self._page.request.get(made.value.url).body()

    # -- repairing an appointment, on its page -----------------------------------------------------

    def corrects(self, *, phone: str) -> None:
        """Correct somebody's telephone number."""
        self._opens_fold("correct").locator("#phone").fill(phone)
        self._sends_fold("correct")

    def waits_until_the_link_has_left(self) -> None:
        """Look again until the message with the link is no longer waiting."""
        left = self._page.locator("#messages .app-badge--warning, #messages .app-badge--success")
        deadline = time.monotonic() + SOON_MS / 1000
        while left.count() == 0:
            assert time.monotonic() < deadline, "the link did not leave"
            self._page.reload()

    def changes_the_link(self) -> None:
        """Press "Changer le lien" under the warning, and confirm."""
        self._page.locator("#link-elsewhere button").click()
        self._page.locator("#renew form[action$=renouveler] button").click()
        self._page.wait_for_url("**?fait=renouvele")

    def hands_over_to(self, colleague: str) -> None:
        """Have a colleague receive; confirm when they are taken at that hour."""
        self._opens_fold("reassign").locator("#agent").select_option(label=colleague)
        self._sends_fold("reassign")
        if self._page.locator("#reassign input[name=despite]").count():
            self._sends_fold("reassign")

    def sends_the_link_again(self) -> None:
        """Press "Renvoyer le lien maintenant"."""
        self._page.locator("form[action$=renvoyer] button").click()
        self._page.wait_for_load_state()

    def opens_every_fold(self) -> None:
        """Open all that is folded on the page."""
        self._page.evaluate(
            "() => document.querySelectorAll('details').forEach((one) => (one.open = true))"
        )

    def _opens_fold(self, fold: str) -> Locator:
        found = self._page.locator(f"#{fold}")
        if found.get_attribute("open") is None:
            found.locator("summary").click()
        return found

    def _sends_fold(self, fold: str) -> None:
        self._page.locator(f"#{fold} form > button").click()
        self._page.wait_for_load_state()

    def _presses_create(self) -> None:
        self._page.locator(".app-form--booking > .app-button-group button").click()
        self._page.wait_for_load_state()

    # -- the live board ----------------------------------------------------------------------------

    def opens_the_day(self) -> None:
        """Go to the page of the day."""
        self._page.goto(f"{self._server.url}/agent/")
        self._page.wait_for_function("() => document.readyState === 'complete'")

    def sees_on_the_board(self, name: str, *words: str) -> None:
        """Wait until somebody is on the board with these words beside them."""
        for text in words or (name,):
            expect(self._row(name)).to_contain_text(text, timeout=SOON_MS)

    def sees_first(self, name: str) -> None:
        """Wait until somebody stands on top."""
        first = self._page.locator(".app-live__title").first
        expect(first).to_have_text(name, timeout=SOON_MS)

    def is_told(self, sentence: str) -> None:
        """Wait until the page says it aloud to a screen reader."""
        expect(self._page.locator("#announcements")).to_contain_text(sentence, timeout=SOON_MS)

    def reads_in_the_title(self, text: str) -> None:
        """Wait until the tab's title holds this."""
        self._page.wait_for_function(
            "(text) => document.title.includes(text)", arg=text, timeout=SOON_MS
        )

    def begins_to_write(self, name: str, text: str) -> None:
        """Type an answer without sending it."""
        self._opens_the_thread(name).locator("textarea").fill(text)

    def is_still_writing(self, name: str, text: str) -> None:
        """Look whether the caret and what was typed are where they were."""
        field = self._row(name).locator("textarea")
        expect(field).to_have_value(text)
        expect(field).to_be_focused()

    def picks_the_phrase(self, name: str, beginning: str) -> None:
        """Press a ready sentence; it fills the field."""
        thread = self._opens_the_thread(name)
        thread.locator("[data-phrase]").filter(has_text=beginning).click()

    def sends(self, name: str) -> None:
        """Send what is written."""
        self._row(name).locator(".app-thread__form > button[type=submit]").click()

    def turns_away(self, name: str, reason: str) -> None:
        """Do not let somebody in, for a reason of the menu."""
        menu = self._row(name).locator(".app-menu")
        menu.locator("summary").click()
        menu.get_by_role("button", name=reason).click()

    @contextmanager
    def losing_what_it_sends(self) -> Iterator[None]:
        """Meanwhile nothing that is pressed reaches the server."""
        self.screen.inspector.expect("net::ERR_FAILED")
        self._page.route("**/visites/**", lambda route: route.abort())
        yield
        self._page.unroute("**/visites/**")

    def lets_in_from_the_board(self, name: str) -> None:
        """Press "Faire entrer"; the call's page follows."""
        self._row(name).locator("form[action$=admettre] button").click()
        self._page.wait_for_url("**/visio*")

    @contextmanager
    def pressing_let_in(self, name: str) -> Iterator[None]:
        """Hold the button down until the board has new to show, then release it."""
        button = self._row(name).get_by_role("button", name="Faire entrer")
        button.hover()
        self._page.mouse.down()
        with self._page.expect_response(
            lambda answer: "/etat" in answer.url and answer.status == 200
        ):
            yield
        self._page.mouse.up()

    def _row(self, name: str) -> Locator:
        title = self._page.locator(".app-live__title", has_text=name)
        return self._page.locator(".app-live__row").filter(has=title)

    def _opens_the_thread(self, name: str) -> Locator:
        thread = self._row(name).locator(".app-thread")
        if thread.get_attribute("open") is None:
            thread.locator("summary").click()
        return thread
