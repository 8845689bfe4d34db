"""Debian's Firefox through WebDriver BiDi (W3C), without geckodriver: our own small client.

Its fake camera cycles slowly through colours and its fake microphone is one pure tone.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.drivers.loudspeaker import silent_loudspeaker
from tests.drivers.screen import WAIT_S

EXECUTABLE = "/usr/bin/firefox-esr"
TONE_HZ = 660
STARTED_WITHIN_S = 60
PREFERENCES: dict[str, object] = {
    "media.navigator.streams.fake": True,
    "media.navigator.audio.fake_frequency": TONE_HZ,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.peerconnection.ice.loopback": True,
    "media.autoplay.default": 0,
    "media.gmp-manager.url": "",
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
    "remote.active-protocols": 1,
}


class BidiError(AssertionError):
    """The browser refused a command."""


class FirefoxScreen:
    """A :class:`tests.drivers.screen.Screen`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []
        self._command("session.new", capabilities={})
        self._command("session.subscribe", events=["log.entryAdded"])
        self._tab = self._command("browsingContext.getTree")["contexts"][0]["context"]

    @property
    def address(self) -> str:
        """The address bar."""
        tree = self._command("browsingContext.getTree", root=self._tab)
        return str(tree["contexts"][0]["url"])

    def open(self, url: str) -> None:
        """Type an address."""
        self._command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def press(self, name: str) -> None:
        """Click the button or link with this name, really: pointer down, pointer up."""
        self._click(self._found({"type": "accessibility", "value": {"name": name}}))

    def type_in(self, label: str, text: str) -> None:
        """Fill a field, key by key."""
        self._replace(self._found({"type": "accessibility", "value": {"name": label}}), text)

    def click(self, selector: str, *, last: bool = False) -> None:
        """Click what is visible."""
        self._click(self._found({"type": "css", "value": selector}, last=last))

    def fill(self, selector: str, text: str) -> None:
        """Fill a field, key by key."""
        self._replace(self._found({"type": "css", "value": selector}), text)

    type_at = fill

    def press_enter(self) -> None:
        """Press the key."""
        self._types("\ue007")

    def waits_for(self, selector: str, *, within_s: float = WAIT_S) -> None:
        """Wait for something visible."""
        self.waits_until(_shown(selector), within_s=within_s)

    def text_of(self, selector: str, *, within_s: float = WAIT_S) -> str:
        """Wait for something visible; return its text."""
        self.waits_for(selector, within_s=within_s)
        return str(self.evaluate(f"() => {_shown(selector)}.innerText"))

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute."""
        read = "([selector, name]) => document.querySelector(selector)?.getAttribute(name) ?? ''"
        return str(self.evaluate(read, [selector, name]))

    def sees(self, text: str, *, within_s: float = WAIT_S) -> None:
        """Wait for a visible text."""
        self.waits_until(f"document.body.innerText.includes({json.dumps(text)})", within_s=within_s)

    def waits_until(self, condition: str, *, within_s: float = WAIT_S) -> None:
        """Wait for an expression."""
        deadline = time.monotonic() + within_s
        while not self.evaluate(f"() => Boolean({condition})"):
            assert time.monotonic() < deadline, f"never true: {condition} ({self.address})"
            time.sleep(0.1)

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Run a function in the page; its value travels as JSON."""
        code = f"async () => JSON.stringify(await ({function})({json.dumps(argument)}) ?? null)"
        done = self._command(
            "script.callFunction",
            functionDeclaration=code,
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        if done["type"] != "success":
            raise BidiError(done["exceptionDetails"]["text"])
        return json.loads(done["result"]["value"])

    def photograph(self, path: Path) -> None:
        """Save the whole page as a picture."""
        shot = self._command(
            "browsingContext.captureScreenshot", context=self._tab, origin="document"
        )
        path.write_bytes(b64decode(shot["data"]))

    def quit(self) -> None:
        """Close the browser."""
        self._command("browser.close")

    def _replace(self, element: dict[str, Any], text: str) -> None:
        self._click(element)
        self.evaluate("() => document.activeElement.select?.()")
        self._types(text)

    def _types(self, text: str) -> None:
        keys = [{"type": t, "value": k} for k in text for t in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": keys})

    def _found(self, locator: dict[str, Any], *, last: bool = False) -> dict[str, Any]:
        deadline = time.monotonic() + WAIT_S
        while True:
            nodes = self._command("browsingContext.locateNodes", context=self._tab, locator=locator)
            for node in reversed(nodes["nodes"]) if last else nodes["nodes"]:
                if self._is_usable(node):
                    return {"sharedId": node["sharedId"]}
            assert time.monotonic() < deadline, f"not on the page: {locator['value']}"
            time.sleep(0.1)

    def _is_usable(self, node: dict[str, Any]) -> bool:
        done = self._command(
            "script.callFunction",
            functionDeclaration=(
                "(node) => node.matches('a,button,input,select,textarea,summary,[role]')"
                " && !node.disabled && node.checkVisibility({visibilityProperty: true})"
                " && !(document.querySelector('dialog:modal')?.contains(node) === false)"
            ),
            arguments=[{"sharedId": node["sharedId"]}],
            target={"context": self._tab},
            awaitPromise=False,
        )
        return bool(done["result"].get("value"))

    def _click(self, element: dict[str, Any]) -> None:
        self._command(
            "script.callFunction",
            functionDeclaration="(node) => node.scrollIntoView({block: 'center'})",
            arguments=[element],
            target={"context": self._tab},
            awaitPromise=False,
        )
        origin = {"type": "element", "element": element}
        press = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": press})

    def _act(self, *sources: dict[str, Any]) -> None:
        self._command("input.performActions", context=self._tab, actions=list(sources))

    def _command(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if message.get("id") == number:
                if message["type"] == "error":
                    raise BidiError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]
            if message.get("method") == "log.entryAdded":
                self._note(message["params"])

    def _note(self, entry: dict[str, Any]) -> None:
        if entry["level"] in ("error", "warn"):
            self.complaints.append(f"{entry['level']}: {entry['text']}")


def _shown(selector: str) -> str:
    found = f"[...document.querySelectorAll({json.dumps(selector)})]"
    return f"{found}.find((one) => one.checkVisibility({{ visibilityProperty: true }}))"


@contextmanager
def sitting_at_firefox(
    *,
    camera: bool = True,
    microphone: bool = True,
    web_sockets: bool = True,
    language: str = "fr",
    dark: bool = False,
) -> Iterator[FirefoxScreen]:
    """Open a browser for one person, who may have blocked a device; close it afterwards."""
    wishes = PREFERENCES | {
        "permissions.default.camera": 1 if camera else 2,
        "permissions.default.microphone": 1 if microphone else 2,
        "network.websocket.max-connections": 200 if web_sockets else 0,
        "intl.accept_languages": language,
        "layout.css.prefers-color-scheme.content-override": 0 if dark else 1,
    }
    with silent_loudspeaker() as sound, _profile(wishes) as profile:
        process = subprocess.Popen(
            [
                *(EXECUTABLE, "--headless", "--no-remote", "--profile", str(profile)),
                *("--remote-debugging-port=0", "about:blank"),
            ],
            env={**os.environ, **sound},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        try:
            with connect(f"{_address(process)}/session", max_size=None, proxy=None) as socket:
                screen = FirefoxScreen(socket)
                try:
                    yield screen
                finally:
                    with contextlib.suppress(Exception):
                        screen.quit()
        finally:
            _end(process)


@contextmanager
def _profile(wishes: dict[str, object]) -> Iterator[Path]:
    profile = Path(tempfile.mkdtemp(prefix="firefox-"))
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in wishes.items())
    (profile / "user.js").write_text("".join(lines))
    try:
        yield profile
    finally:
        shutil.rmtree(profile, ignore_errors=True)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
    raise BidiError("Firefox ended before it could be driven:\n" + "".join(said))


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
