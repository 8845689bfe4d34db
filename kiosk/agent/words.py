"""The words of the agents' pages for states that the ideas hold as codes. No rule here."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from kiosk.agent.findings import FINDINGS, finding
from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.calls.model import Purpose, Refusal, Room
from kiosk.houses.calendar import Hindrance, Why
from kiosk.visits import steps

STEPS: dict[str, LazyString] = {
    "welcome": _("Accueil"),
    "what_happens": _("Ce qui va se passer"),
    "device": _("Appareil"),
    "camera": _("Autorisation de la caméra"),
    "microphone": _("Autorisation du micro"),
    "picture": _("Image"),
    "voice": _("Voix"),
    "sound": _("Son"),
    "network": _("Connexion"),
    "name": _("Nom"),
    "waiting_room": _("Salle d'attente"),
    "call": _("Visio"),
    "end": _("Fin"),
}
"""What an agent calls each step of :mod:`kiosk.visits.steps`."""

STEPS_COUNTED = steps.TOTAL

UNNAMED = _("Personne sans nom")
"""Somebody who has not said their name and has no appointment."""

PURPOSES: dict[Purpose, LazyString] = {
    Purpose.WALK_IN: _("Sans rendez-vous"),
    Purpose.HELP_NOW: _("Demande d'aide immédiate"),
    Purpose.TEST: _("Essai du matériel"),
    Purpose.MEETING: _("Réunion"),
}
"""What somebody comes for who has no appointment."""

CHANNELS: dict[str, LazyString] = {
    Channel.EMAIL: _("E-mail"),
    Channel.SMS: _("SMS"),
    Channel.PAPER: _("Papier"),
}

STATUSES: dict[str, tuple[str, LazyString]] = {
    Status.BOOKED: ("info", _("Prévu")),
    Status.CANCELLED_BY_AGENT: ("neutral", _("Annulé")),
    Status.ATTENDED: ("success", _("Honoré")),
    Status.NO_SHOW: ("warning", _("Absent")),
}
"""What became of an appointment: the kind of badge, and its word."""

REFUSALS: dict[Refusal, LazyString] = {
    Refusal.AGENT_BUSY: _("Je suis encore occupé"),
    Refusal.WRONG_APPOINTMENT: _("Ce n'est pas le bon rendez-vous"),
    Refusal.TO_BE_MOVED: _("Le rendez-vous doit être déplacé"),
    Refusal.CALL_BY_PHONE: _("J'appelle par téléphone"),
}

FAULTS: dict[str, LazyString] = {
    "delivery.too_many_attempts": _("le message n'est pas passé après plusieurs essais"),
    "smtp.unsupported_address": _("cette adresse e-mail n'est pas acceptée"),
    "smtp.550": _("cette adresse e-mail n'existe pas"),
    "smtp.553": _("cette adresse e-mail n'est pas acceptée"),
    "sms.400": _("ce numéro n'est pas accepté"),
    "sms.422": _("ce numéro n'est pas accepté"),
}
"""Why a message was not sent, by the sender's code; any other code: the service does not answer."""


def step_name(step: str) -> str:
    """Return the name of a step; an unknown one keeps its code rather than hiding it."""
    return str(STEPS.get(step, step))


def step_number(step: str) -> int:
    """Return where a step stands, from 1; the good-bye comes last; 0 when it is unknown."""
    known = steps.BY_ID.get(step)
    return known.number or len(steps.STEPS) if known else 0


def stuck_because(reason: str | None, step: str) -> str:
    """Say why somebody is stuck: the check that failed, else the step they stand on."""
    if reason in FINDINGS:
        return finding(reason)
    about, _dot, what = (reason or "").partition(".")
    where = what if about == "step" and what in STEPS else step
    return str(gettext("Bloqué à l'étape « %(step)s ».", step=step_name(where)))


def device_in_words(device: Mapping[str, object]) -> str:
    """Name somebody's device: ``Téléphone, Firefox 153, Android 15``."""
    kinds: dict[object, LazyString] = {
        "phone": _("Téléphone"),
        "tablet": _("Tablette"),
        "computer": _("Ordinateur"),
        "kiosk": _("Borne"),
    }
    kind = kinds.get(device.get("kind"))
    parts = [str(kind) if kind else "", device.get("browser"), device.get("system")]
    return ", ".join(str(part) for part in parts if part)


def purpose_in_words(room: Room) -> str:
    """Say what a room without an appointment is for: ``Réunion : atelier CV``."""
    purpose = str(PURPOSES.get(room.purpose, PURPOSES[Purpose.WALK_IN]))
    if not room.name:
        return purpose
    return str(gettext("%(purpose)s : %(name)s", purpose=purpose, name=room.name))


def refusal_in_words(refusal: Refusal | None) -> str:
    """Say why somebody was not admitted."""
    return str(REFUSALS[Refusal(refusal)]) if refusal else ""


def fault_in_words(code: str | None) -> str:
    """Say why a message was not sent."""
    return str(FAULTS.get(code or "", _("le service d'envoi ne répond pas")))


def hindrance_in_words(one: Hindrance) -> str:
    """Say what stands against an hour, and what to do."""
    if one.why == Why.ABSENT:
        said = gettext("%(name)s est absent ce jour-là.", name=one.said)
    elif one.why == Why.CLOSED_HOUR and one.said:
        said = gettext(
            "L'espace n'est pas ouvert à cette heure. Ce jour-là : %(hours)s.", hours=one.said
        )
    elif one.why == Why.CLOSED_HOUR:
        said = gettext("L'espace est fermé ce jour de la semaine.")
    elif one.said:
        said = gettext("L'espace est fermé ce jour-là : %(name)s.", name=one.said)
    else:
        said = gettext("L'espace est fermé ce jour-là.")
    return str(gettext("%(what)s Changez la date ou l'heure, ou confirmez.", what=said))


def contact_in_words(appointment: Appointment, contact: str) -> str:
    """Say how the citizen is contacted: ``SMS : 06 39 98 00 11``, or the channel alone."""
    channel = str(CHANNELS[appointment.channel])
    if not contact:
        return channel
    return str(gettext("%(channel)s : %(contact)s", channel=channel, contact=contact))
