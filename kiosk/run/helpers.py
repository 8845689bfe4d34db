"""Asks each helper of the server when it last did its work; one that is overdue is not well.

A process that runs may hang, and a thread may have lost its database: neither ends. ``/healthz``
shows each helper as a part, and says in a sentence which one is overdue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from flask import Flask

from kiosk.media.reach import Finding
from kiosk.web.health import register_probe

DELIVERY_WITHIN_S = 240.0
"""Each channel asks the queue every second; one message may take 170 s."""

RETENTION_WITHIN_S = 2 * 3600 + 600.0
"""What is due is erased every hour; once may fail."""

REVISIONS_WITHIN_S = 30.0
"""Revisions are read at least every two seconds."""

RELAYS_WITHIN_S = 1500.0
"""Relays are asked every ten minutes; once may fail."""

PRINTING_WITHIN_S = 90.0
"""A document under way is given up after 30 s."""


@dataclass(frozen=True, slots=True)
class Helper:
    """One helper; ``code`` is that of its finding, ``helper.<name>``.

    ``last`` returns the ``time.monotonic()`` of its last work, or when it last had none to do; None
    when it has not worked yet.
    """

    code: str
    within_s: float
    last: Callable[[], float | None]

    @property
    def name(self) -> str:
        """The name of its part on ``/healthz``."""
        return self.code.removeprefix("helper.")


class Helpers:
    """The helpers of one web process; each is well until its bound has passed once."""

    def __init__(self, helpers: Iterable[Helper]) -> None:
        self._helpers = tuple(helpers)
        self._started = time.monotonic()

    def register(self, flask: Flask) -> None:
        """Show each one as a part on ``/healthz``."""
        for helper in self._helpers:
            register_probe(flask, helper.name, partial(self._is_well, helper))

    def overdue(self) -> list[Finding]:
        """Return one finding for each helper that is overdue."""
        late = ((helper, self._late_s(helper)) for helper in self._helpers)
        return [
            Finding(helper.code, {"minutes": max(1, round(since / 60))})
            for helper, since in late
            if since
        ]

    def _is_well(self, helper: Helper) -> bool:
        return not self._late_s(helper)

    def _late_s(self, helper: Helper) -> float:
        """Return since when it has done nothing, in seconds; 0 while it is not overdue."""
        since = time.monotonic() - max(self._started, helper.last() or 0.0)
        return since if since > helper.within_s else 0.0
