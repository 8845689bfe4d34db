"""The forms of signing in and of appointments. What they check is the shape of what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    PasswordField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from kiosk.agent.citizen_form import CitizenForm, agent_field
from kiosk.agent.day_fields import DayField, day_field
from kiosk.agent.fields import email_field, new_password_field, one_line
from kiosk.appointments.booking import DURATIONS_MIN
from kiosk.errors import KioskError
from kiosk.language.typed_dates import read_hour

REFUSED = {
    "booking.in_the_past": _("Cette heure est déjà passée. Choisissez une heure à venir."),
    "booking.too_far": _("Choisissez une date dans l'année qui vient."),
    "booking.no_such_hour": _(
        "Cette heure n'existe pas ce jour-là : on change d'heure. Choisissez-en une autre."
    ),
}
"""What a rule may answer about the date and the hour, said under the hour."""


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login and password."""

    login = StringField(
        _("Identifiant"),
        filters=[one_line],
        validators=[
            DataRequired(_("Écrivez votre identifiant.")),
            Length(max=80, message=_("L'identifiant ou le mot de passe ne convient pas.")),
        ],
    )
    password = PasswordField(
        _("Mot de passe"),
        validators=[
            InputRequired(_("Écrivez votre mot de passe.")),
            Length(max=200, message=_("L'identifiant ou le mot de passe ne convient pas.")),
        ],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, for somebody who still knows the present one."""

    present = PasswordField(
        _("Mot de passe actuel"),
        validators=[InputRequired(_("Écrivez votre mot de passe actuel."))],
    )
    new = new_password_field(_("Nouveau mot de passe"))


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password for somebody who holds a one-time link."""

    token = StringField(
        _("Votre lien"),
        filters=[one_line],
        validators=[InputRequired(_("Collez ici le lien que vous avez reçu."))],
    )
    password = new_password_field(_("Votre mot de passe"))


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """Who has forgotten their password."""

    who = StringField(
        _("Identifiant ou adresse e-mail"),
        filters=[one_line],
        validators=[
            InputRequired(_("Écrivez votre identifiant ou votre adresse e-mail.")),
            Length(max=254, message=_("C'est trop long pour un identifiant ou une adresse.")),
        ],
    )


class EmailForm(FlaskForm):  # type: ignore[misc]
    """Another address, for somebody who knows their password."""

    email = email_field(_("Adresse e-mail"))
    present = PasswordField(
        _("Mot de passe actuel"),
        validators=[InputRequired(_("Écrivez votre mot de passe actuel."))],
    )


class HourField(TimeField):  # type: ignore[misc]
    """An hour: as browsers send it, or as people write it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the hour; raise ValueError with the field's sentence."""
        if not valuelist or not valuelist[0].strip():
            return
        self.data = read_hour(valuelist[0])
        if self.data is None:
            raise ValueError(self.invalid_value_message)

    def _value(self) -> str:
        return f"{self.data:%H:%M}" if self.data else str(super()._value())


def _hour() -> HourField:
    return HourField(
        _("Heure"),
        validators=[InputRequired(_("Choisissez une heure."))],
        invalid_value_message=_("Cette heure n'existe pas. Exemple : 14h30"),
    )


def _duration() -> SelectField:
    return SelectField(
        _("Durée"),
        coerce=int,
        choices=[
            SelectChoice(minutes, _("%(count)s minutes", count=minutes))
            for minutes in DURATIONS_MIN
        ],
        invalid_choice_message=_("Choisissez une durée de la liste."),
        invalid_value_message=_("Choisissez une durée de la liste."),
    )


class _WithHour:
    """What forms with a date and an hour can do; each lists the fields at their own place."""

    day: DayField
    hour: HourField

    def starts_at(self, time_zone: str) -> datetime:
        """Return the instant in UTC; the day and the hour are those of the house's time zone.

        An hour that comes twice, when clocks go back, is the first of the two. Raises KioskError
        ``booking.no_such_hour`` for an hour that clocks skip.
        """
        day, hour = self.day.data, self.hour.data
        assert isinstance(day, date)
        assert isinstance(hour, time)
        wanted = datetime.combine(day, hour)
        instant = wanted.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
        # An hour that does not exist comes back from UTC as another one.
        if instant.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None) != wanted:
            raise KioskError("booking.no_such_hour")
        return instant

    def refuse(self, refused: KioskError) -> None:
        """Show a rule's refusal under the hour; raise it again when it is about something else."""
        if refused.code not in REFUSED:
            raise refused
        self.hour.errors = [*self.hour.errors, REFUSED[refused.code]]


class HourForm(_WithHour, FlaskForm):  # type: ignore[misc]
    """A date, an hour and how long: what moving an appointment asks for."""

    day = day_field(_("Date"))
    hour = _hour()
    duration = _duration()


class ReassignForm(FlaskForm):  # type: ignore[misc]
    """Who receives instead."""

    agent = agent_field()


class BookingForm(_WithHour, CitizenForm):
    """Everything a new appointment needs, in the order of the page."""

    day = day_field(_("Date"))
    hour = _hour()
    duration = _duration()
    agent = agent_field()

    def offer(self, lengths: Sequence[int]) -> None:
        """Propose the house's lengths, in their order."""
        self.duration.choices = [
            SelectChoice(minutes, _("%(count)s minutes", count=minutes)) for minutes in lengths
        ]
