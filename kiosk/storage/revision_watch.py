"""Notices revisions that any process raised: delivery worker, command line, another web server.

``revisions.listen`` reports the commits of its own process only. A :class:`RevisionWatch` runs in
each web process and reads the revisions again when the database says that somebody committed:
SQLite by ``PRAGMA data_version``, PostgreSQL by ``NOTIFY`` (sent by ``revisions.bump``). No writer
has to know who is listening. See decision 0261.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from threading import Event, Lock, Thread
from typing import Any

import structlog
from sqlalchemy import Engine

from kiosk.storage import revisions
from kiosk.storage.database import Database

LOOK_EVERY_S = 0.2
"""How often SQLite is asked whether somebody committed; it reads shared memory, not the disk."""

READ_WITHIN_S = 2.0
"""The revisions are read at least this often, even where no sign of a commit arrives."""

STOPPED_WITHIN_S = 1.0

Wait = Callable[[Event], None]
"""Returns when somebody may have committed, after READ_WITHIN_S, or when the event is set."""

log = structlog.get_logger()


class RevisionWatch:
    """Calls ``nudge`` with the revisions of ``topics()`` that changed, by any process.

    Only topics that somebody listens to are read, so the work is bounded by the open pages. A
    topic seen for the first time is reported once: a needless nudge costs one read of a state.
    """

    def __init__(
        self,
        database: Database,
        *,
        topics: Callable[[], Collection[str]],
        nudge: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._database = database
        self._topics = topics
        self._nudge = nudge
        self._known: dict[str, int] = {}
        self.looked_at: float | None = None
        """The ``time.monotonic()`` of the last look."""
        self._lock = Lock()
        self._stop = Event()
        self._thread = Thread(target=self._run, name="revision-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; waits at most a second for a read that is under way."""
        self._stop.set()
        self._thread.join(STOPPED_WITHIN_S)

    def announce(self, raised: Mapping[str, int]) -> None:
        """Pass on what this very process committed, without waiting; any thread."""
        with self._lock:
            self._known.update(raised)
        self._nudge(raised)

    def look(self) -> None:
        """Read the revisions of the topics that are listened to and pass on those that changed."""
        with self._database.session() as session:
            current = revisions.current_each(session, self._topics())
        with self._lock:
            changed = {name: n for name, n in current.items() if self._known.get(name) != n}
            self._known = current
        self.looked_at = time.monotonic()
        if changed:
            self._nudge(changed)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with _signs(self._database.engine) as wait:
                    while not self._stop.is_set():
                        self.look()
                        wait(self._stop)
            except Exception as error:
                # Open pages read their state every 25 s by themselves until the database is back.
                log.warning("revisions.not_watched", error=type(error).__name__)
                self._stop.wait(READ_WITHIN_S)


@contextmanager
def _signs(engine: Engine) -> Iterator[Wait]:
    """Open a connection that learns of commits; yield how to wait for the next one."""
    connection = engine.raw_connection()
    # Its own from now on: a connection in this state must not go back to the pool.
    connection.detach()
    with closing(connection):
        if engine.dialect.name == "postgresql":
            yield _notifications(connection.dbapi_connection)
        else:
            yield _data_versions(connection.dbapi_connection)


def _notifications(connection: Any) -> Wait:
    connection.autocommit = True
    connection.execute(f"LISTEN {revisions.CHANNEL}")

    def wait(stop: Event) -> None:
        end = time.monotonic() + READ_WITHIN_S
        while not stop.is_set() and time.monotonic() < end:
            if list(connection.notifies(timeout=LOOK_EVERY_S, stop_after=1)):
                return

    return wait


def _data_versions(connection: Any) -> Wait:
    # https://sqlite.org/pragma.html#pragma_data_version: it differs from the last answer when
    # another connection, of this process or of any other, has committed in between.
    def version() -> int:
        return int(connection.execute("PRAGMA data_version").fetchone()[0])

    last = version()

    def wait(stop: Event) -> None:
        nonlocal last
        end = time.monotonic() + READ_WITHIN_S
        while not stop.wait(LOOK_EVERY_S) and time.monotonic() < end:
            before, last = last, version()
            if last != before:
                return

    return wait
