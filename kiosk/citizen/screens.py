"""The steps as a citizen's pages show them: each step's title, address and template.

The steps themselves are in :mod:`kiosk.visits.steps`; here is one row for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, lazy_gettext

from kiosk.visits import steps
from kiosk.visits.steps import Step

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Screen:
    """One step with its address below ``/parcours`` and its title."""

    step: Step
    slug: str
    title: LazyString

    @property
    def id(self) -> str:
        """The id of the step."""
        return self.step.id

    @property
    def number(self) -> int:
        """The number of the step, from 1; 0 is not counted."""
        return self.step.number

    @property
    def next(self) -> str:
        """The id of the step after this one; empty for the last."""
        return self.step.next

    @property
    def template(self) -> str:
        """The file that shows this step."""
        return f"citizen/steps/{self.id}.html"

    @property
    def path(self) -> str:
        """The address of this step."""
        return f"/parcours/{self.slug}"

    def as_data(self) -> dict[str, Any]:
        """Describe the step to the page's scripts."""
        return {
            "id": self.id,
            "path": self.path,
            "title": str(self.title),
            "checks": self.step.checks,
            "limit": self.step.time_limit_s,
            "next": self.next,
        }


_ADDRESSES_AND_TITLES: dict[str, tuple[str, LazyString]] = {
    "welcome": ("bienvenue", _("Bienvenue")),
    "what_happens": ("deroulement", _("Ce qui va se passer")),
    "device": ("appareil", _("Votre appareil")),
    "camera": ("camera", _("Autorisez la caméra")),
    "microphone": ("micro", _("Autorisez le micro")),
    "picture": ("image", _("Vous voyez-vous ?")),
    "voice": ("voix", _("Dites bonjour")),
    "sound": ("son", _("Entendez-vous ?")),
    "network": ("reseau", _("Votre connexion")),
    "name": ("nom", _("Votre nom")),
    "waiting_room": ("attente", _("Salle d'attente")),
    "call": ("visio", _("Votre visio")),
    "end": ("fin", _("Merci, et au revoir")),
}

SCREENS = tuple(Screen(step, *_ADDRESSES_AND_TITLES[step.id]) for step in steps.STEPS)
BY_ID = {screen.id: screen for screen in SCREENS}
BY_SLUG = {screen.slug: screen for screen in SCREENS}


def of(step: Step) -> Screen:
    """Return the screen of a step."""
    return BY_ID[step.id]


def of_id(step_id: str) -> Screen:
    """Return the screen of the step with this id; of the first step when there is none."""
    return BY_ID.get(step_id, SCREENS[0])
