"""The first run as the server sees it: the link on the terminal, and whether anybody can work."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from kiosk import clock
from kiosk.houses import first_run
from kiosk.houses.account_links import AccountKeys
from kiosk.media.reach import Finding
from kiosk.settings import Settings
from kiosk.storage.database import Database


def show(settings: Settings) -> None:
    """Print the link of the first run, where there is no administrator yet."""
    print(greeting(settings), end="", flush=True)


def greeting(settings: Settings) -> str:
    """Return what the terminal says where there is no administrator yet; empty elsewhere.

    Each call makes a new link, which replaces the one before.
    """
    keys = AccountKeys(settings.secret_key.get_secret_value())
    database = Database(settings.sqlalchemy_url)
    try:
        with database.session() as session:
            link = first_run.offer(session, keys, now=clock.now())
            address = keys.address(link, settings.public_url) if link is not None else ""
    except SQLAlchemyError:
        # Without its tables the server says elsewhere what is wrong.
        address = ""
    finally:
        database.close()
    if not address:
        return ""
    return (
        "\n  Premier démarrage : ouvrez ce lien dans un navigateur. Il sert une fois, pendant un\n"
        "  jour ; chaque démarrage en donne un nouveau.\n\n"
        f"  {address}\n\n"
        "  Ou, dans un terminal : python -m kiosk first-run\n"
    )


def somebody_can_work(database: Database) -> bool:
    """Tell whether there is a house, and somebody who can let others into it."""
    with database.session() as session:
        return first_run.somebody_can_work(session)


def missing(database: Database) -> Iterator[Finding]:
    """Return what the first run has not made yet."""
    with database.session() as session:
        if not first_run.has_house(session):
            yield Finding("setup.no_house")
        if not first_run.has_administrator(session):
            yield Finding("setup.no_administrator")
