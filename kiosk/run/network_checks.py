"""Keeps an eye on whether people can reach the calls: at the start, and on relays now and then.

What it finds is said in the terminal once, and shown on ``/healthz`` while it lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Iterable

import structlog

from kiosk import clock
from kiosk.media.addresses import announced
from kiosk.media.reach import Finding, examine
from kiosk.media.relays import Relays, RelayUrl
from kiosk.run import demonstration_guard, installation_checks
from kiosk.settings import Settings
from kiosk.web.setup_sentences import said

RELAYS_EVERY_S = 600.0
HOLDER = "self-test"

log = structlog.get_logger()


class ReachWatch:
    """What is wrong with the set-up, as last seen. Use from one asyncio loop after :meth:`look`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._local: list[Finding] = []
        self._relays: list[Finding] = []
        self._task: asyncio.Task[None] | None = None
        self._asked_at: float | None = None

    @property
    def asked_at(self) -> float | None:
        """The ``time.monotonic()`` of the last answer about relays; now when there are none."""
        return time.monotonic() if self._task is None else self._asked_at

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong now."""
        return [*self._local, *self._relays]

    def add(self, finding: Finding) -> None:
        """Take in what was noticed while serving; any thread."""
        self._local = [*self._local, finding]
        self._say([finding])

    def look(self) -> str | None:
        """Examine this machine; return the sentence that says why it cannot start, if it cannot.

        To be called before the media process takes its port.
        """
        refused = demonstration_guard.refusal(self._settings)
        self._local = [
            *([refused] if refused else []),
            *examine(self._settings),
            *installation_checks.examine(self._settings),
        ]
        if self._local and self._local[0].fatal:
            return self._sentence(self._local[0])
        return None

    def start(self) -> None:
        """Say what was found; ask the relays now and every ten minutes, nobody waiting for it."""
        self._say(self._local)
        if self._settings.turn_urls and self._settings.turn_secret.get_secret_value():
            self._task = asyncio.create_task(self._ask_for_ever(), name="relays")

    async def stop(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _ask_for_ever(self) -> None:
        while True:
            try:
                # A thread of its own: loading the TURN client would hold up everybody's pages.
                found = await asyncio.to_thread(ask_relays, self._settings)
            except Exception:
                log.exception("reach.failed")
            else:
                self._asked_at = time.monotonic()
                self._say(one for one in found if one not in self._relays)
                self._relays = found
            await asyncio.sleep(RELAYS_EVERY_S)

    def _say(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            log.warning("reach.found", finding=finding.code)
            print(f"  ! {self._sentence(finding)}", file=sys.stderr, flush=True)  # noqa: T201

    def _sentence(self, finding: Finding) -> str:
        title, advice = said(finding.code, finding.values, self._settings.default_language)
        return f"{title}. {advice} ({finding.code})"


def ask_relays(settings: Settings) -> list[Finding]:
    """Ask every relay for what a browser would ask; blocks for at most some seconds."""
    from kiosk.media.relay_probe import probe

    # A relay leaves by IPv4 unless it is asked otherwise, which browsers do not.
    public = [one.public for one in announced(settings.media_public_addresses) if one.version == 4]
    target = (public[0], settings.udp_port) if public else None
    relays = Relays(settings.turn_urls, settings.turn_secret.get_secret_value())
    credentials = relays.credentials(HOLDER, now=clock.now())

    async def ask() -> list[str | None]:
        return await asyncio.gather(
            *(probe(RelayUrl.parse(url), credentials, target) for url in settings.turn_urls)
        )

    return [
        Finding(code, {"url": url, "address": target[0] if target else ""})
        for url, code in zip(settings.turn_urls, asyncio.run(ask()), strict=True)
        if code is not None
    ]
