"""`make run RESET=1`: start afresh, but never erase a real house's data without a yes."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from kiosk.developers import demonstration
from kiosk.settings import Settings
from kiosk.storage import schema
from kiosk.storage.database import Database

DATABASE_FILES = ("kiosk.sqlite3", "kiosk.sqlite3-wal", "kiosk.sqlite3-shm")

OTHER_DATABASE = (
    "RESET=1 n'efface que le fichier SQLite de cette installation ; videz vous-même les autres."
)

NOT_ERASED = "Rien n'a été effacé. Pour effacer sans question : make run RESET=1 FORCE=1"


def reset(settings: Settings, *, force: bool, ask: Callable[[str], str]) -> str | None:
    """Erase database and messages; the settings, the secret and the certificate stay.

    ``ask`` shows a question and returns what was typed. It is asked only when the database holds
    something that the demonstration did not make, and not with ``force``. Returns None when done,
    or the sentence that says why nothing was erased.
    """
    if settings.database_url:
        return OTHER_DATABASE
    if not force and (found := _not_the_demonstrations(settings)):
        try:
            typed = ask(f"RESET=1 effacera {found}. Tapez « oui » pour effacer : ")
        except EOFError:
            typed = ""
        if typed.strip().casefold() != "oui":
            return NOT_ERASED
    for name in DATABASE_FILES:
        (settings.instance_dir / name).unlink(missing_ok=True)
    shutil.rmtree(settings.instance_dir / "outbox", ignore_errors=True)
    (settings.instance_dir / "demo.json").unlink(missing_ok=True)
    return None


def _not_the_demonstrations(settings: Settings) -> str:
    """Name what would be lost besides the demonstration; empty when nothing would."""
    if not (settings.instance_dir / DATABASE_FILES[0]).exists():
        return ""
    try:
        # The database may be older than this code.
        schema.upgrade(settings.sqlalchemy_url)
        database = Database(settings.sqlalchemy_url)
        with database.session() as session:
            others = demonstration.others(session)
        database.close()
    except SQLAlchemyError:
        return "une base de données qui ne peut pas être lue"
    words = (
        ("maison(s) France services", others.houses),
        ("compte(s)", others.accounts),
        ("rendez-vous", others.appointments),
    )
    return ", ".join(f"{count} {word}" for word, count in words if count)
