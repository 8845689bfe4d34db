"""Debian's Chromium through playwright: one browser a person, with their own camera and voice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.drivers.console import Inspector
from tests.drivers.media_files import Face
from tests.drivers.screen import WAIT_S

EXECUTABLE = os.environ.get("TEST_CHROMIUM") or "/usr/bin/chromium"
"""`make test-old-browser` names an older one, unpacked beside the installed one."""
Device = Literal["camera", "microphone"]
DEVICES: tuple[Device, ...] = ("camera", "microphone")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    # A page in a window behind another one must keep its timers and its pictures.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1366, "height": 768}},
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "small": {
        "viewport": {"width": 320, "height": 568},
        "is_mobile": True,
        "has_touch": True,
    },
    "kiosk": {"viewport": {"width": 1920, "height": 1080}, "has_touch": True},
}


Answer = Literal["allowed", "asked", "refused", "blocked", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who sits at the browser and what they have; :meth:`but` makes a variation.

    A device is ``allowed`` from the start; ``asked``: the browser asks, the person allows;
    ``refused``: the browser asks, the person refuses; ``blocked`` from the start; or ``absent``.
    """

    face: Face | None = None
    """Their own camera and voice; None: Chromium's green film and beeps."""
    camera: Answer = "allowed"
    microphone: Answer = "allowed"
    web_sockets: bool = True
    screen: str = "desktop"
    language: str = "fr-FR"
    dark: bool = False
    less_motion: bool = False
    scripts: bool = True
    shares: bool = False
    """Says yes when the browser asks which screen to show; without a display it is a made-up one.
    Says yes to every other question, too: only for somebody who allowed camera and microphone."""
    more_flags: tuple[str, ...] = ()

    def but(self, **changes: Any) -> Person:
        """Return the same person with something changed."""
        return replace(self, **changes)


class ChromiumScreen:
    """A :class:`tests.drivers.screen.Screen`; ``page`` is playwright's, for what is not there."""

    def __init__(self, page: Page, permissions: _Permissions) -> None:
        self.page = page
        self.inspector = Inspector(page)
        self._permissions = permissions

    @property
    def address(self) -> str:
        """The address bar."""
        return self.page.url

    def open(self, url: str) -> None:
        """Type an address."""
        self.page.goto(url)

    def press(self, name: str) -> None:
        """Click the button or link with this name, visible now."""
        # Behind an open dialog nothing can be pressed, though it is still visible.
        dialog = self.page.locator("dialog:modal")
        place = dialog if dialog.count() else self.page
        button = place.get_by_role("button", name=name, exact=True)
        link = place.get_by_role("link", name=name, exact=True)
        button.or_(link).filter(visible=True).first.click()

    def type_in(self, label: str, text: str) -> None:
        """Fill a field."""
        self.page.get_by_label(label, exact=True).first.fill(text)

    def click(self, selector: str, *, last: bool = False) -> None:
        """Click what is visible."""
        found = self.page.locator(selector).filter(visible=True)
        (found.last if last else found.first).click()

    def fill(self, selector: str, text: str) -> None:
        """Fill a field, and leave the focus there."""
        self.page.locator(selector).fill(text)

    def type_at(self, selector: str, text: str) -> None:
        """Type key by key."""
        self.page.locator(selector).press_sequentially(text)

    def press_enter(self) -> None:
        """Press the key."""
        self.page.keyboard.press("Enter")

    def waits_for(self, selector: str, *, within_s: float = WAIT_S) -> None:
        """Wait for something visible."""
        found = self.page.locator(selector).filter(visible=True)
        found.first.wait_for(timeout=within_s * 1000)

    def text_of(self, selector: str, *, within_s: float = WAIT_S) -> str:
        """Wait for something visible; return its text."""
        self.waits_for(selector, within_s=within_s)
        return self.page.locator(selector).filter(visible=True).first.inner_text()

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute."""
        return self.page.locator(selector).get_attribute(name) or ""

    def sees(self, text: str, *, within_s: float = WAIT_S) -> None:
        """Wait for a visible text."""
        self.page.get_by_text(text).filter(visible=True).first.wait_for(timeout=within_s * 1000)

    def waits_until(self, condition: str, *, within_s: float = WAIT_S) -> None:
        """Wait for an expression; polled, since the page's policy forbids evaluating strings."""
        deadline = time.monotonic() + within_s
        while not self.page.evaluate(f"() => Boolean({condition})"):
            assert time.monotonic() < deadline, f"never true: {condition} ({self.address})"
            self.page.wait_for_timeout(100)

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Run a function in the page."""
        return self.page.evaluate(function, argument)

    def allow(self, device: Device) -> None:
        """Allow a device in the browser's own settings, as the page explains how to."""
        self._permissions.set(device, "granted")

    def photograph(self, path: Path) -> None:
        """Save the whole page as a picture."""
        self.page.screenshot(path=path, full_page=True)


@contextmanager
def sitting_at_chromium(
    playwright: Playwright, person: Person | None = None
) -> Iterator[ChromiumScreen]:
    """Open a browser for one person; close everything afterwards.

    What the page complains about (console, CSP, requests elsewhere) fails the test at the end,
    unless ``screen.inspector`` expects it; a test that fails before says so too.
    """
    person = person or Person()
    browser = _launch(playwright, person)
    try:
        context = _context(browser, person)
        page = context.new_page()
        permissions = _Permissions(browser, page)
        screen = ChromiumScreen(page, permissions)
        for device in DEVICES:
            permissions.prepare(device, getattr(person, device))
        try:
            yield screen
        except Exception as failure:
            for complaint in screen.inspector.complaints:
                failure.add_note(f"The page {screen.address} complained: {complaint}")
            raise
        context.close()
        screen.inspector.verdict()
    finally:
        browser.close()


class _Permissions:
    """The browser's own permissions, one by one: playwright's own call refuses all the others."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self._page = page
        self._browser = browser.new_browser_cdp_session()
        target = page.context.new_cdp_session(page).send("Target.getTargetInfo")
        self._context = target["targetInfo"]["browserContextId"]
        page.expose_function("personAllows", lambda device: self.set(device, "granted"))

    def set(self, device: Device, setting: str) -> None:
        self._browser.send(
            "Browser.setPermission",
            {
                "permission": {"name": device},
                "setting": setting,
                "browserContextId": self._context,
            },
        )

    def prepare(self, device: Device, answer: Answer) -> None:
        # Nothing to do for "refused": headless Chromium refuses by itself when it would ask.
        if answer == "allowed":
            self.set(device, "granted")
        elif answer == "blocked":
            self.set(device, "denied")
        elif answer == "asked":
            self._page.add_init_script(f"({_ASKED})('{device}')")
        elif answer == "absent":
            self._page.add_init_script(f"({_UNPLUGGED})('{device}')")


def _launch(playwright: Playwright, person: Person) -> Browser:
    flags = [*FLAGS, *person.more_flags]
    if person.shares:
        flags.append("--use-fake-ui-for-media-stream")
    if person.face:
        flags += [
            f"--use-file-for-fake-video-capture={person.face.camera}",
            f"--use-file-for-fake-audio-capture={person.face.microphone}",
        ]
    return playwright.chromium.launch(
        executable_path=EXECUTABLE,
        args=flags,
        # A muted browser would decode no sound that a test could listen to.
        ignore_default_args=["--mute-audio"],
    )


def _context(browser: Browser, person: Person) -> BrowserContext:
    context = browser.new_context(
        locale=person.language,
        color_scheme="dark" if person.dark else "light",
        reduced_motion="reduce" if person.less_motion else "no-preference",
        java_script_enabled=person.scripts,
        **SCREENS[person.screen],
    )
    context.set_default_timeout(WAIT_S * 1000)
    if not person.web_sockets:
        context.route_web_socket("**/*", lambda route: route.close())
    return context


# The person answers the browser's question: the permission is given while it is being asked.
_ASKED = """
(device) => {
  const media = navigator.mediaDevices;
  const kind = device === "camera" ? "video" : "audio";
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = async (wish) => {
    if (wish?.[kind]) await window.personAllows(device);
    return ask(wish);
  };
}
"""

# Chromium's fake devices cannot be unplugged one by one: a call of ours takes the system's place.
_UNPLUGGED = """
(device) => {
  const media = navigator.mediaDevices;
  const kind = device === "camera" ? "video" : "audio";
  const ask = media.getUserMedia.bind(media);
  const list = media.enumerateDevices.bind(media);
  media.getUserMedia = async (wish) => {
    if (wish?.[kind]) throw new DOMException("Requested device not found", "NotFoundError");
    return ask(wish);
  };
  media.enumerateDevices = async () =>
    (await list()).filter((found) => found.kind !== `${kind}input`);
}
"""
