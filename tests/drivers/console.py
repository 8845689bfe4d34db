"""The inspector of a page: no console error, no CSP report, no request to anybody else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket

from tests.drivers.ports import OWN_ADDRESS

LOCAL = {"data", "blob", "about"}


class Inspector:
    """Watches one page from its birth; :meth:`verdict` fails with everything that was wrong."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self._hosts: set[str] = set()
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._complaints.append(f"uncaught: {error}"))
        page.on("request", self._request)
        page.on("websocket", self._socket)

    def expect(self, pattern: str) -> None:
        """Accept complaints that match: a fault that the test causes on purpose."""
        self._expected.append(re.compile(pattern))

    def forget_requests(self) -> None:
        """Take no account of the hosts asked so far."""
        self._hosts.clear()

    @property
    def complaints(self) -> list[str]:
        """What was wrong and was not expected."""
        return [
            line for line in self._complaints if not any(p.search(line) for p in self._expected)
        ]

    def verdict(self) -> None:
        """Fail when anything was wrong."""
        others = sorted(host for host in self._hosts if not _is_here(host))
        assert not others, f"the page asked other hosts: {others}"
        assert not self.complaints, "the page complained:\n" + "\n".join(self.complaints)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self._complaints.append(f"{message.type}: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        self._note(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._note(socket.url)

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in LOCAL:
            self._hosts.add(parts.hostname or "?")


def _is_here(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1", OWN_ADDRESS)
