"""Citizens on the way in and agents at their boards, as a server meets them."""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
from dataclasses import dataclass

from bench.arrivals.browser import Browser, Gone

CHECKS: dict[str, dict[str, float] | None] = {
    "device": None,
    "camera": None,
    "microphone": None,
    "picture": {"luma": 120, "black_share": 0, "frozen_share": 0, "fps": 29.5},
    "voice": {"level_dbfs": -20, "heard_s": 2},
    "sound": None,
    "network": {
        "loss_percent": 0,
        "rtt_ms": 40,
        "jitter_ms": 4,
        "up_kbps": 900,
        "down_kbps": 900,
    },
}
"""What a page finds where all goes well; None: the step has no figures, and is passed here."""

PAUSE_S = (0.4, 1.2)
"""How long somebody, or a check, takes before the next request."""

BEAT_EVERY_S = 15.0

BOARD_RESTS_S = 0.5
"""As in ``static/js/assist/live-board.js``."""

_PATH_DATA = re.compile(r'<script type="application/json" id="path-data">(.*?)</script>', re.S)
_BOARD = re.compile(r'data-state-url="([^"]+)" data-ticket="([^"]+)" data-since="(\d+)"')


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody with a link; ``arrived`` says whether they reached the waiting room."""

    browser: Browser
    token: str
    dice: random.Random

    async def arrives(self, after_s: float) -> bool:
        """Open the link after a while, go through the whole path, and wait for the agent."""
        await asyncio.sleep(after_s)
        try:
            await self._go_in()
        except Gone:
            return False
        return True

    async def _go_in(self) -> None:
        browser = self.browser
        await browser.page("/rdv")
        await self._pause()
        data = _path_data(await browser.form("/rdv", token=self.token))
        addresses, state = data["addresses"], data["state"]
        browser.follow(data["ticket"], addresses["state"], state["revision"])
        browser.repeat(addresses["presence"], BEAT_EVERY_S)
        await browser.page(addresses["steps"])
        for step in [one["id"] for one in data["steps"]][1:-2]:
            await self._pause()
            await browser.post(addresses["step"], step=step)
            if step == "device":
                await browser.post(
                    addresses["device"], kind="phone", browser="Firefox", system="Android"
                )
            if step in CHECKS:
                await self._check(step, data)
            if step == "name":
                await browser.post(addresses["name"], name="Amina")
        await browser.post(addresses["knock"])

    async def _check(self, step: str, data: dict[str, dict[str, dict[str, str]]]) -> None:
        addresses, figures = data["addresses"], CHECKS[step]
        if step == "network":
            offer = await self.browser.post(addresses["echo"]["offerUrl"])
            await self._pause()
            await self.browser.post(addresses["echo"]["leaveUrl"], peer=offer["peer"])
        found = {"error": "skipped"} if figures is None else {"figures": figures}
        await self.browser.post(str(addresses["check"]), check=step, **found)

    async def _pause(self) -> None:
        await asyncio.sleep(self.dice.uniform(*PAUSE_S))


@dataclass(frozen=True, slots=True)
class AgentAtBoard:
    """An agent who keeps the board open."""

    browser: Browser
    login: str
    password: str

    async def watches(self) -> None:
        """Sign in and open the board, which then reads its state at each nudge."""
        await self.browser.page("/agent/connexion")
        page = await self.browser.form("/agent/connexion", login=self.login, password=self.password)
        found = _BOARD.search(page)
        assert found, "the sign-in did not lead to the board"
        self.browser.follow(
            html.unescape(found[2]), html.unescape(found[1]), int(found[3]), rest_s=BOARD_RESTS_S
        )


def _path_data(page: str) -> dict[str, dict[str, dict[str, str]]]:
    found = _PATH_DATA.search(page)
    assert found, "the link did not lead to the path"
    return json.loads(found[1])  # type: ignore[no-any-return]
