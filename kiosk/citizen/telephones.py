"""Whom to telephone where no house is known yet: on the page for codes, on error pages.

The installation's own number (``KIOSK_TELEPHONE``), or those of its houses. They are remembered for
a minute, so that a page that says that the database is busy needs no database.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from kiosk import request as parts
from kiosk.houses import store
from kiosk.messaging.contacts import display_phone
from kiosk.settings import Settings
from kiosk.web.house_card import HouseCard

MOST_SHOWN = 8
"""Houses with their numbers on one page; an installation with more has a number of its own."""

REMEMBERED_S = 60.0

log = structlog.get_logger()


class Telephones:
    """The numbers to show, read from the database at most once a minute; any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read_at = float("-inf")
        self._cards: list[HouseCard] = []

    def cards(self) -> Sequence[HouseCard]:
        """Return the installation's number, or its houses' numbers; never raises."""
        if self._settings.telephone:
            name = gettext("Accueil")
            zone = self._settings.default_time_zone
            return [HouseCard(name=name, phone=self._settings.telephone, time_zone=zone)]
        if time.monotonic() - self._read_at > REMEMBERED_S:
            try:
                self._cards = _of_houses()
                self._read_at = time.monotonic()
            except SQLAlchemyError as error:
                log.warning("telephones.not_read", error=type(error).__name__)
        return self._cards


def init_app(app: Flask) -> None:
    """Give templates ``telephones()``."""
    app.extensions["telephones"] = Telephones(app.extensions["settings"])
    app.context_processor(lambda: {"telephones": current_app.extensions["telephones"].cards})


def _of_houses() -> list[HouseCard]:
    cards = [
        HouseCard(name=house.name, phone=display_phone(house.phone), time_zone=house.time_zone)
        for house in store.houses(parts.session())
        if house.phone
    ]
    return cards[:MOST_SHOWN]
