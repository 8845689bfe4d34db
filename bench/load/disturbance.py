"""What disturbed a measurement: other programs on our cores, time stolen by the host."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ServerProcess

QUIET = 0.05
"""A run in which others used more than this part of our cores is taken again."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Shares of the time of one core: used by programs not ours, and stolen by the host."""

    others: float
    stolen: float

    @property
    def quiet(self) -> bool:
        """Whether the run was quiet enough."""
        return self.others + self.stolen <= QUIET


class Watch:
    """Reads the machine's figures now, and again at :meth:`seen`."""

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self._before = self._look()

    def seen(self) -> Disturbance:
        """Return the disturbance since this object was made."""
        passed, busy, stolen, own = (
            now - before for now, before in zip(self._look(), self._before, strict=True)
        )
        return Disturbance(others=max(0.0, busy - own) / passed, stolen=stolen / passed)

    def _look(self) -> tuple[float, float, float, float]:
        tick = os.sysconf("SC_CLK_TCK")
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        user, nice, system, _idle, _wait, irq, soft, steal = (int(f) / tick for f in fields[:8])
        own = time.process_time() + self._server.cpu_ns() / 1e9
        return time.monotonic(), user + nice + system + irq + soft, steal, own
