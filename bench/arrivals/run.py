"""One run: a server on SQLite or PostgreSQL, everybody arrives, and what they met."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.arrivals.browser import Browser, Tally
from bench.arrivals.people import AgentAtBoard, Citizen
from bench.arrivals.prepared import Prepared, deadlocks, prepare
from kiosk.storage.database import Database
from tests.builders import cast
from tests.drivers.postgresql import running_cluster
from tests.drivers.server import RunningServer, running_server

CITIZENS = 100
WITHIN_S = 12.0
WAITING_S = 5.0
"""How long everybody keeps their page open after the last one has reached the waiting room."""

SEED = 7
KINDS = ("page", "write", "state")
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a hundred people met on one database."""

    database: str
    citizens: int
    arrived: int
    tally: Tally
    deadlocks: int
    processor_s: float
    """What the web process used meanwhile: unlike times, it hardly depends on other programs."""

    @property
    def faults(self) -> int:
        """Requests not answered, people not arrived, deadlocks."""
        return len(self.tally.faults) + self.citizens - self.arrived + self.deadlocks

    @property
    def wrong(self) -> list[str]:
        """What is wrong, in sentences."""
        faults = Counter(self.tally.faults).most_common(5)
        found = [
            (self.arrived < self.citizens, f"{self.citizens - self.arrived} did not arrive"),
            (bool(faults), f"{len(self.tally.faults)} faults, as {faults}"),
            (self.deadlocks > 0, f"{self.deadlocks} deadlocks"),
        ]
        return [f"{self.database}: {sentence}" for is_wrong, sentence in found if is_wrong]

    def percentile_ms(self, kind: str, share: float) -> float:
        """Return the time within which this share of requests of a kind was answered."""
        times = sorted(self.tally.times[kind])
        return 1000 * times[int(share * (len(times) - 1))] if times else 0.0

    def __str__(self) -> str:
        lines = [
            f"{self.database}: {self.arrived} of {self.citizens} arrived, "
            f"{len(self.tally.faults)} faults, {self.deadlocks} deadlocks, "
            f"{self.processor_s:.1f} s of a processor"
        ]
        for kind in KINDS:
            shares = (self.percentile_ms(kind, share) for share in (0.5, 0.95, 0.99, 1))
            p50, p95, p99, worst = (f"{value:.0f}" for value in shares)
            count = len(self.tally.times[kind])
            lines.append(f"  {kind:<6} {count:>5}: p50 {p50}, p95 {p95}, p99 {p99}, max {worst} ms")
        return "\n".join(lines)


def measure(database: str, *, citizens: int = CITIZENS, within_s: float = WITHIN_S) -> Verdict:
    """Start a server on this database and let everybody arrive once."""
    with _server_on(database) as (server, store):
        prepared = prepare(store, server.secret, citizens=citizens)
        before, used, tally = deadlocks(store), _processor_s(server.pid), Tally()
        arrived = asyncio.run(_rush(server, prepared, tally, within_s))
        return Verdict(
            database=database,
            citizens=citizens,
            arrived=arrived,
            tally=tally,
            deadlocks=deadlocks(store) - before,
            processor_s=_processor_s(server.pid) - used,
        )


@contextlib.contextmanager
def _server_on(database: str) -> Iterator[tuple[RunningServer, Database]]:
    with contextlib.ExitStack() as stack:
        more = {}
        if database == "postgresql":
            more["KIOSK_DATABASE_URL"] = stack.enter_context(running_cluster())
        server = stack.enter_context(running_server(**more))
        sqlite = f"sqlite:///{server.instance / 'kiosk.sqlite3'}"
        store = Database(more.get("KIOSK_DATABASE_URL", sqlite))
        stack.callback(store.close)
        yield server, store


async def _rush(server: RunningServer, prepared: Prepared, tally: Tally, within_s: float) -> int:
    dice = random.Random(SEED)
    boards = _browsers(server, "127.0.2", len(prepared.logins), tally)
    people = _browsers(server, "127.0.1", len(prepared.tokens), tally)
    for browser, login in zip(boards, prepared.logins, strict=True):
        await AgentAtBoard(browser, login, cast.PASSWORD).watches()
    arriving = [
        Citizen(browser, token, dice).arrives(dice.uniform(0, within_s))
        for browser, token in zip(people, prepared.tokens, strict=True)
    ]
    arrived = sum(await asyncio.gather(*arriving))
    await asyncio.sleep(WAITING_S)
    await asyncio.gather(*(browser.close() for browser in boards + people))
    return arrived


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _browsers(server: RunningServer, network: str, count: int, tally: Tally) -> list[Browser]:
    """Return browsers that come from as many addresses: a building is not what is measured."""
    return [Browser(server.url, f"{network}.{number}", tally) for number in range(1, count + 1)]
