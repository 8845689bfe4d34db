"""The steps of the path, as data: what each is called, where it lives, which check it runs.

A new step is a row here, a template in ``templates/citizen/steps/`` and, when it does something, a
class in ``static/js/visit/steps/``. Nothing here knows HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import LazyString, lazy_gettext

from kiosk.readiness.checks import CHECKS

_ = lazy_gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One screen of the path. ``number`` counts from 1; 0 stands outside of the count."""

    id: str
    slug: str
    title: LazyString
    check: str | None = None
    time_limit_s: int = 90
    """How long somebody may stay before the page asks whether they need help."""
    can_be_passed: bool = True
    number: int = 0
    next: str = ""
    """The id of the step after this one; empty for the last."""

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
            "check": self.check,
            "limit": self.time_limit_s,
            "next": self.next,
        }


_ROWS = (
    Step(id="welcome", slug="bienvenue", title=_("Bienvenue"), can_be_passed=False),
    Step(id="what_happens", slug="deroulement", title=_("Ce qui va se passer")),
    Step(id="device", slug="appareil", title=_("Votre appareil"), check="device"),
    Step(id="camera", slug="camera", title=_("Autorisez la caméra"), check="camera"),
    Step(id="microphone", slug="micro", title=_("Autorisez le micro"), check="microphone"),
    Step(id="picture", slug="image", title=_("Vous voyez-vous ?"), check="picture"),
    Step(id="voice", slug="voix", title=_("Dites bonjour"), check="voice"),
    Step(id="sound", slug="son", title=_("Entendez-vous ?"), check="sound"),
    Step(id="network", slug="reseau", title=_("Votre connexion"), check="network"),
    Step(id="name", slug="nom", title=_("Votre nom")),
    Step(
        id="waiting_room",
        slug="attente",
        title=_("Salle d'attente"),
        time_limit_s=600,
        can_be_passed=False,
    ),
    Step(id="call", slug="visio", title=_("Votre visio"), time_limit_s=0, can_be_passed=False),
    Step(id="end", slug="fin", title=_("Merci, et au revoir"), time_limit_s=0, can_be_passed=False),
)
_COUNTED = len(_ROWS) - 1


def _numbered() -> tuple[Step, ...]:
    followers = [*(row.id for row in _ROWS[1:]), ""]
    numbers = [*range(1, _COUNTED + 1), 0]
    return tuple(
        replace(row, number=number, next=follower)
        for row, number, follower in zip(_ROWS, numbers, followers, strict=True)
    )


STEPS = _numbered()
TOTAL = _COUNTED
"""How many steps the path counts; the good-bye after the call is not one more thing to do."""

FIRST, WAITING, CALL, END = STEPS[0], STEPS[-3], STEPS[-2], STEPS[-1]
BY_ID = {step.id: step for step in STEPS}
BY_SLUG = {step.slug: step for step in STEPS}


def after(step: Step) -> Step:
    """Return the step that follows; the last one follows itself."""
    return BY_ID.get(step.next, step)


def is_reason(code: str) -> bool:
    """Tell whether a code may be why somebody is stuck: on a step, or after a check's verdict."""
    about, _dot, what = code.partition(".")
    if about == "step":
        return what in BY_ID
    return about in CHECKS and what.isascii() and what.replace("_", "").isalpha()
