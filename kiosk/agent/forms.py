"""The forms of signing in and of appointments. What they check is the shape of what was typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    Field,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from kiosk import clock
from kiosk.agent import words
from kiosk.appointments.booking import DURATIONS_MIN
from kiosk.appointments.model import Channel
from kiosk.errors import KioskError
from kiosk.houses.accounts import MIN_PASSWORD_LENGTH
from kiosk.language.languages import offered
from kiosk.language.typed import visible_name
from kiosk.language.typed_dates import read_day, read_hour
from kiosk.messaging import contacts
from kiosk.web import i18n

REFUSED = {
    "booking.in_the_past": _("Cette heure est déjà passée. Choisissez une heure à venir."),
    "booking.too_far": _("Choisissez une date dans l'année qui vient."),
    "booking.no_such_hour": _(
        "Cette heure n'existe pas ce jour-là : on change d'heure. Choisissez-en une autre."
    ),
}
"""What a rule may answer about the date and the hour, said under the hour."""

BAD_PHONE = {
    "contact.bad_phone": _("Ce numéro n'est pas complet. Exemple : 06 12 34 56 78"),
    "contact.no_such_phone": _("Ce numéro n'existe pas. Comptez ses chiffres, puis corrigez."),
}
"""Why a telephone number is refused, said under it."""


def _one_line(typed: str | None) -> str:
    return " ".join((typed or "").split())


def _visible(typed: str | None) -> str:
    return visible_name(typed or "")


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login and password."""

    login = StringField(
        _("Identifiant"),
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
    new = PasswordField(
        _("Nouveau mot de passe"),
        validators=[
            InputRequired(_("Écrivez un nouveau mot de passe.")),
            Length(
                min=MIN_PASSWORD_LENGTH,
                max=200,
                message=_("Un mot de passe a au moins 10 signes. Trois mots conviennent."),
            ),
        ],
    )


class DayField(DateField):  # type: ignore[misc]
    """A day: as browsers send it, or as people write it where a browser has no picker."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raise ValueError with the field's sentence."""
        if not valuelist or not valuelist[0].strip():
            return
        today = clock.now().astimezone(i18n.time_zone()).date()
        self.data = read_day(valuelist[0], today=today)
        if self.data is None:
            raise ValueError(self.invalid_value_message)

    def _value(self) -> str:
        # A picker shows nothing but ISO 8601; what could not be read is shown as it was typed.
        return self.data.isoformat() if self.data else str(super()._value())


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


def _day() -> DayField:
    return DayField(
        _("Date"),
        validators=[InputRequired(_("Choisissez une date."))],
        invalid_value_message=_("Cette date n'existe pas. Exemple : 30/11/2026"),
    )


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

    day = _day()
    hour = _hour()
    duration = _duration()


class BookingForm(_WithHour, FlaskForm):  # type: ignore[misc]
    """Everything a new appointment needs, in the order of the page."""

    citizen_name = StringField(
        _("Nom de l'usager"),
        filters=[_visible],
        validators=[
            DataRequired(_("Écrivez le nom de l'usager.")),
            Length(max=120, message=_("Écrivez un nom plus court : 120 signes au plus.")),
        ],
    )
    language = SelectField(
        _("Langue de l'usager"), invalid_choice_message=_("Choisissez une langue de la liste.")
    )
    channel = RadioField(
        _("Comment l'usager reçoit-il son lien ?"),
        choices=[SelectChoice(channel.value, words.CHANNELS[channel]) for channel in Channel],
        validators=[InputRequired(_("Choisissez comment envoyer le lien."))],
        invalid_choice_message=_("Choisissez comment envoyer le lien."),
    )
    email = EmailField(_("Adresse e-mail de l'usager"), filters=[_one_line])
    phone = TelField(_("Numéro de mobile de l'usager"), filters=[_one_line])
    reason = StringField(
        _("Motif du rendez-vous"),
        filters=[_one_line],
        validators=[
            Length(max=200, message=_("Écrivez un motif plus court : 200 signes au plus."))
        ],
    )
    day = _day()
    hour = _hour()
    duration = _duration()
    agent = SelectField(
        _("Avec"),
        coerce=int,
        invalid_choice_message=_("Choisissez quelqu'un de la liste."),
        invalid_value_message=_("Choisissez quelqu'un de la liste."),
    )

    def __init__(self, *args: Any, territory: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory
        self.language.choices = [SelectChoice(code, one.endonym) for code, one in offered().items()]

    @property
    def contact(self) -> str:
        """The address or the number, as the channel wants it stored; only once valid."""
        if self.channel.data == Channel.EMAIL:
            return contacts.normalise_email(self.email.data)
        if self.channel.data == Channel.SMS:
            return contacts.normalise_phone(self.phone.data, self.territory)
        return ""

    def validate_email(self, field: Field) -> None:
        """Ask for an address when the link goes by e-mail."""
        if self.channel.data != Channel.EMAIL:
            return
        if not field.data:
            raise StopValidation(_("Écrivez l'adresse e-mail."))
        try:
            contacts.normalise_email(field.data)
        except KioskError:
            raise StopValidation(
                _("Cette adresse e-mail n'est pas complète. Exemple : nom@exemple.fr")
            ) from None

    def validate_phone(self, field: Field) -> None:
        """Ask for a mobile number when the link goes by SMS."""
        if self.channel.data != Channel.SMS:
            return
        if not field.data:
            raise StopValidation(_("Écrivez le numéro de mobile."))
        try:
            number = contacts.normalise_phone(field.data, self.territory)
        except KioskError as refused:
            raise StopValidation(BAD_PHONE[refused.code]) from None
        if not contacts.may_receive_sms(number):
            raise StopValidation(_("Un téléphone fixe ne reçoit pas de SMS. Écrivez un mobile."))
