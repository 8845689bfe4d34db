"""The house a page speaks for: its name, its telephone number, its time zone.

Journeys say which house it is as soon as they know (:func:`show_house`); the header, the error
pages and the hours then follow. Nothing here reads the database.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, has_request_context


@dataclass(frozen=True, slots=True)
class HouseCard:
    """What any page may show about a house."""

    name: str
    phone: str
    """As people read it, ``01 23 45 67 89``; empty when the house has none."""
    time_zone: str
    """IANA name; La Réunion is a house too."""

    @property
    def phone_link(self) -> str:
        """The number as an address that telephones understand."""
        return "tel:" + "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def show_house(card: HouseCard) -> None:
    """Make the rest of this request speak for the house."""
    g.house_card = card


def current_house() -> HouseCard | None:
    """Return the house this request speaks for, if it is known yet."""
    return g.get("house_card") if has_request_context() else None


def init_app(app: Flask) -> None:
    """Give templates ``house``: the card, or None."""
    app.context_processor(lambda: {"house": current_house()})
