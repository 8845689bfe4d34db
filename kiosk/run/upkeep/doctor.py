"""``python -m kiosk doctor``: what is misconfigured, one sentence each.

Reads the same checks as the start of the server, and those that need time or the running server.
Changes nothing but a test row and a test file.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from email.utils import parseaddr

from sqlalchemy.exc import SQLAlchemyError

from kiosk.errors import KioskError
from kiosk.media.reach import Finding, is_public
from kiosk.media.reach import examine as examine_reach
from kiosk.run import demonstration_guard, first_run, installation_checks
from kiosk.run.network_checks import ask_relays
from kiosk.run.storage_checks import (
    FREE_WANTED_BYTES,
    database_can_be_written,
    folder_can_be_written,
)
from kiosk.run.upkeep import running
from kiosk.run.upkeep.refusal import cause
from kiosk.settings import ROOT, Settings
from kiosk.storage import schema
from kiosk.storage.database import Database
from kiosk.system import certificates

ADVICE = frozenset({"reach.no_ipv6", "reach.small_buffer", "delivery.no_sms_gateway"})
"""Findings that an installation may live with: said, and not counted as wrong."""

SECRET_FILES = ("kiosk.env", "kiosk.sqlite3", "erasures.jsonl", certificates.KEY)

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(settings: Settings) -> Iterator[Finding]:
    """Find what is wrong with the installation; blocks for some seconds at most."""
    yield from _program()
    storage = [*_folder(settings), *_database(settings)]
    yield from storage
    if not storage:
        yield from _people(settings)
    yield from _pages(settings)
    network = examine_reach(settings)
    yield from network
    yield from installation_checks.examine(settings)
    if refused := demonstration_guard.refusal(settings):
        yield refused
    asks = bool(settings.turn_urls and settings.turn_secret.get_secret_value())
    if asks and not any(one.fatal for one in network):
        yield from ask_relays(settings)
    yield from running.examine(settings)


def _program() -> Iterator[Finding]:
    """What ``make setup`` should have brought."""
    if not (ROOT / "static" / "vendor" / "socket.io.esm.min.js").exists():
        yield Finding("doctor.not_built", {"folder": ROOT})
    try:
        import weasyprint  # noqa: F401  (loads Pango)
    except OSError:
        yield Finding("doctor.no_paper")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.instance_dir
    try:
        roomy = folder_can_be_written(folder)
    except OSError:
        yield Finding("settings.read_only", {"folder": folder})
        return
    if not roomy:
        free = shutil.disk_usage(folder).free // 1_000_000
        wanted = FREE_WANTED_BYTES // 1_000_000
        yield Finding("doctor.full_disk", {"folder": folder, "free": free, "wanted": wanted})
    open_folder = folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH)
    for name in SECRET_FILES:
        file = folder / name
        # The folder may keep others out by itself.
        if open_folder and file.exists() and file.stat().st_mode & OTHERS:
            yield Finding("doctor.open_file", {"file": file})


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.sqlalchemy_url)
    try:
        step = schema.current(settings.sqlalchemy_url)
        if step is not None and not schema.knows(step):
            yield Finding("database.newer", {"schema": step})
        elif step != schema.newest():
            yield Finding("doctor.old_schema", {"schema": step or "0"})
        else:
            database_can_be_written(database)
    except (SQLAlchemyError, KioskError) as error:
        reason = cause(error.__cause__ if isinstance(error.__cause__, Exception) else error)
        yield Finding("database.unreadable", {"reason": reason})
    finally:
        database.close()


def _people(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.sqlalchemy_url)
    yield from first_run.missing(database)
    database.close()


def _pages(settings: Settings) -> Iterator[Finding]:
    if settings.is_public and settings.developer_pages:
        yield Finding("doctor.developer_pages")
    if settings.base_url.startswith("http:") and is_public(settings.base_url):
        yield Finding("doctor.no_https", {"url": settings.base_url})
    if settings.smtp_url and parseaddr(settings.mail_from)[1].endswith("@localhost"):
        yield Finding("doctor.mail_from", {"sender": settings.mail_from})
