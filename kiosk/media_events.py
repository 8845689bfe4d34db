"""What the media plane tells, written into the database: who is in the call, who is gone.

Called from one thread of the web process, one event after the other.
"""

from __future__ import annotations

import structlog

from kiosk import clock
from kiosk.calls import presence
from kiosk.media.engine import EventKind, MediaEvent
from kiosk.storage.database import Database, writing

log = structlog.get_logger()


class MediaEvents:
    """Applies the plane's events; a fault in one is logged and the next is still heard."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._instance: str | None = None

    def apply(self, event: MediaEvent) -> None:
        """Write down what one event means."""
        try:
            with self._database.session() as session, writing(session):
                now = clock.now()
                if event.kind == EventKind.PEER_CONNECTED:
                    presence.connected(session, event.peer, now=now)
                elif event.kind == EventKind.PEER_GONE:
                    presence.gone(session, event.peer, event.reason, now=now)
                elif event.kind == EventKind.PLANE_READY and event.reason != self._instance:
                    # Also at our own start: peers noted by a process that fell are no more.
                    presence.all_gone(session, now=now)
                    self._instance = event.reason
        except Exception:
            log.exception("media.event_failed", kind=event.kind, peer=event.peer)
