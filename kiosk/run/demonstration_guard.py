"""Keeps a demonstration from being taken for production, or served where anybody may come."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from kiosk.developers import demonstration
from kiosk.media.reach import Finding
from kiosk.settings import Settings
from kiosk.storage import copies
from kiosk.storage.database import Database


def is_demonstration(settings: Settings) -> bool:
    """Whether the database holds the demonstration's house; False where it cannot be read."""
    file = copies.file_of(settings.sqlalchemy_url)
    if file is not None and not file.exists():
        return False
    database = Database(settings.sqlalchemy_url)
    try:
        with database.session() as session:
            return demonstration.is_here(session)
    except SQLAlchemyError:
        # /healthz and the log say so.
        return False
    finally:
        database.close()


def refusal(settings: Settings) -> Finding | None:
    """Return why this must not be served: demonstration people at a public address."""
    if settings.is_public and is_demonstration(settings):
        return Finding("settings.demonstration", {"url": settings.public_url}, fatal=True)
    return None
