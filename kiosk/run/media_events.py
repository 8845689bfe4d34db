"""Writes the media plane's events into the database: who is in the call, who is gone.

Called from one thread of the web process, one event after the other.
"""

from __future__ import annotations

import structlog

from kiosk import clock
from kiosk.calls import plane_events
from kiosk.errors import MediaError
from kiosk.media.engine import EventKind, MediaEngine, MediaEvent
from kiosk.storage.database import Database, writing

log = structlog.get_logger()


class MediaEvents:
    """Applies the plane's events; a fault in one is logged and the next is still heard."""

    def __init__(self, database: Database, engine: MediaEngine) -> None:
        self._database = database
        self._engine = engine

    def apply(self, event: MediaEvent) -> None:
        """Write down what one event means."""
        try:
            if event.kind == EventKind.PLANE_READY:
                self._catch_up()
                return
            with self._database.session() as session, writing(session):
                now = clock.now()
                if event.kind == EventKind.PEER_CONNECTED:
                    plane_events.connected(session, event.peer, now=now)
                elif event.kind == EventKind.PEER_AWAY:
                    plane_events.away(session, event.peer, now=now)
                elif event.kind == EventKind.PEER_GONE:
                    plane_events.gone(session, event.peer, event.reason, now=now)
        except MediaError:
            # It fell again before it could be asked; the next one reports that it is ready.
            log.info("media.not_asked", kind=event.kind)
        except Exception:
            log.exception("media.event_failed", kind=event.kind, peer=event.peer)

    def _catch_up(self) -> None:
        # Read first, then asked: who joins in between was not noted before, and is left alone.
        with self._database.session() as session:
            before = plane_events.noted(session)
        alive = self._engine.peers()
        with self._database.session() as session, writing(session):
            plane_events.reconcile(session, before, alive, now=clock.now())
