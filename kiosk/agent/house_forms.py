"""What a house says of itself, as a form: at the first run, and when an administrator adds one."""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput

from kiosk.agent.day_fields import DayField, day_field
from kiosk.agent.fields import email_field, one_line, stored_email, visible
from kiosk.errors import KioskError
from kiosk.houses import calendar, hours, opening, reasons
from kiosk.houses.model import House
from kiosk.houses.opening import LONGEST_LINE, TERRITORIES
from kiosk.language.languages import locale_of
from kiosk.messaging import contacts
from kiosk.web.i18n import current_language

BAD_HOURS = _("Écrivez par exemple 9h-12h, 13h30-17h. Rien si c'est fermé.")
PHONE_WANTED = _("Écrivez un numéro complet : les usagers en ont besoin pour appeler.")
NO_TIME_ZONE = _("Ce fuseau horaire n'existe pas. Exemple : Europe/Paris, ou rien.")
LINE_TOO_LONG = _("Écrivez moins : 300 signes au plus.")


class HoursField(StringField):  # type: ignore[misc]
    """The opening hours of one weekday, as people write them."""

    @property
    def spans(self) -> list[hours.Span]:
        """What was typed; only once valid."""
        return hours.read_spans(self.data or "")

    def pre_validate(self, form: object) -> None:
        """Refuse what is no list of hours."""
        try:
            hours.read_spans(self.data or "")
        except hours.BadHours:
            raise StopValidation(BAD_HOURS) from None


def hours_field(label: LazyString) -> HoursField:
    """Ask for one weekday's hours."""
    return HoursField(label, filters=[one_line], validators=[Length(max=80, message=BAD_HOURS)])


class WeekForm(FlaskForm):  # type: ignore[misc]
    """The opening hours of a week."""

    monday = hours_field(_("Lundi"))
    tuesday = hours_field(_("Mardi"))
    wednesday = hours_field(_("Mercredi"))
    thursday = hours_field(_("Jeudi"))
    friday = hours_field(_("Vendredi"))
    saturday = hours_field(_("Samedi"))
    sunday = hours_field(_("Dimanche"))

    @property
    def days(self) -> list[HoursField]:
        """The fields in the order of the week."""
        return [field for field in self if isinstance(field, HoursField)]

    @property
    def week(self) -> dict[int, list[hours.Span]]:
        """What was typed; only once valid."""
        return {number: field.spans for number, field in enumerate(self.days)}

    def show_week(self, week: hours.Week) -> None:
        """Fill the fields in."""
        for number, field in enumerate(self.days):
            field.data = hours.write_spans(week.get(number, []))


def house_name() -> StringField:
    """Ask for the name of a house."""
    return StringField(
        _("Nom de l'espace"),
        filters=[visible],
        validators=[
            DataRequired(_("Écrivez le nom de l'espace.")),
            Length(max=120, message=_("Écrivez un nom plus court : 120 signes au plus.")),
        ],
    )


class NewHouseForm(WeekForm):
    """A house that is to be added."""

    name = house_name()
    territory = SelectField(
        _("Territoire"), invalid_choice_message=_("Choisissez un territoire de la liste.")
    )
    time_zone = StringField(_("Fuseau horaire"), filters=[one_line])
    address = StringField(
        _("Adresse"),
        filters=[one_line],
        validators=[
            DataRequired(_("Écrivez l'adresse de l'espace.")),
            Length(max=LONGEST_LINE, message=LINE_TOO_LONG),
        ],
    )
    phone = TelField(_("Téléphone"), filters=[one_line])
    email: EmailField = email_field(_("Adresse e-mail de l'espace"))
    accessible_contact = StringField(
        _("Contact pour les personnes sourdes"),
        filters=[one_line],
        validators=[Length(max=LONGEST_LINE, message=LINE_TOO_LONG)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        names = locale_of(current_language().code).territories
        self.territory.choices = [SelectChoice(code, names[code]) for code in TERRITORIES]

    @property
    def details(self) -> opening.Details:
        """What was typed; only once valid."""
        return opening.Details(
            name=self.name.data,
            phone=self.phone.data,
            email=self.email.data or "",
            address=self.address.data,
            accessible_contact=self.accessible_contact.data or "",
            territory=self.territory.data,
            time_zone=self.time_zone.data or "",
            week=self.week,
        )

    def validate_phone(self, field: Field) -> None:
        """Ask for a number: every page of a citizen shows it."""
        try:
            contacts.normalise_phone(field.data or "", self.territory.data or "FR")
        except KioskError:
            raise StopValidation(PHONE_WANTED) from None

    def validate_time_zone(self, field: Field) -> None:
        """Refuse a time zone that does not exist; empty is the territory's."""
        if field.data and not opening.time_zone_exists(field.data):
            raise StopValidation(NO_TIME_ZONE)


class HouseForm(FlaskForm):  # type: ignore[misc]
    """What citizens read about the house."""

    name = house_name()
    phone = TelField(_("Téléphone"), filters=[one_line])
    email: EmailField = email_field(_("Adresse e-mail"))
    address = StringField(
        _("Adresse"),
        filters=[one_line],
        validators=[Length(max=LONGEST_LINE, message=LINE_TOO_LONG)],
    )
    accessible_contact = StringField(
        _("Contact pour les personnes sourdes"),
        filters=[one_line],
        validators=[Length(max=LONGEST_LINE, message=LINE_TOO_LONG)],
    )
    welcome = StringField(
        _("Phrase d'accueil"),
        filters=[visible],
        validators=[Length(max=LONGEST_LINE, message=LINE_TOO_LONG)],
    )
    time_zone = StringField(_("Fuseau horaire"), filters=[one_line])

    def __init__(self, *args: object, territory: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory

    def write_to(self, house: House) -> None:
        """Give the house what was typed; only once valid."""
        house.name, house.address = self.name.data, self.address.data
        house.phone = contacts.normalise_phone(self.phone.data, self.territory)
        house.email = stored_email(self.email.data)
        house.accessible_contact = self.accessible_contact.data
        house.welcome = self.welcome.data
        house.time_zone = self.time_zone.data or TERRITORIES.get(self.territory, house.time_zone)

    def validate_phone(self, field: Field) -> None:
        """Ask for a number: every page of a citizen shows it."""
        try:
            contacts.normalise_phone(field.data or "", self.territory)
        except KioskError:
            raise StopValidation(PHONE_WANTED) from None

    def validate_time_zone(self, field: Field) -> None:
        """Refuse a time zone that does not exist; empty is the territory's."""
        if field.data and not opening.time_zone_exists(field.data):
            raise StopValidation(NO_TIME_ZONE)


class DurationsForm(FlaskForm):  # type: ignore[misc]
    """Which lengths of appointments are proposed, and which one first."""

    lengths = SelectMultipleField(
        _("Durées proposées"),
        coerce=int,
        option_widget=CheckboxInput(),
        choices=[
            SelectChoice(minutes, _("%(count)s minutes", count=minutes))
            for minutes in calendar.DURATIONS_MIN
        ],
        validators=[InputRequired(_("Gardez au moins une durée."))],
        invalid_choice_message=_("Choisissez des durées de la liste."),
        invalid_value_message=_("Choisissez des durées de la liste."),
    )
    usual = SelectField(
        _("Durée habituelle"),
        coerce=int,
        choices=[
            SelectChoice(minutes, _("%(count)s minutes", count=minutes))
            for minutes in calendar.DURATIONS_MIN
        ],
        invalid_choice_message=_("Choisissez une durée de la liste."),
        invalid_value_message=_("Choisissez une durée de la liste."),
    )

    def validate_usual(self, field: Field) -> None:
        """The usual length is one of those that are proposed."""
        if field.data not in (self.lengths.data or []):
            raise StopValidation(_("La durée habituelle est l'une des durées proposées."))


class SpellForm(FlaskForm):  # type: ignore[misc]
    """A first and a last day; the last one may be left out for a single day."""

    first = day_field(_("Premier jour"))
    last = DayField(
        _("Dernier jour"),
        validators=[Optional()],
        invalid_value_message=_("Cette date n'existe pas. Exemple : 30/11/2026"),
    )

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day; only once valid."""
        first = self.first.data
        assert first is not None  # a first day is asked for
        return first, self.last.data or first

    def refuse(self, refused: KioskError) -> None:
        """Show what a rule says about the days."""
        if refused.code != "calendar.bad_days":
            raise refused
        self.last.errors = [_("Le dernier jour vient après le premier, un an plus tard au plus.")]


class ClosedDaysForm(SpellForm):
    """Days on which the house is closed."""

    name = StringField(
        _("Pourquoi"),
        filters=[visible],
        validators=[Length(max=120, message=_("Écrivez un nom plus court : 120 signes au plus."))],
    )


class AbsenceForm(SpellForm):
    """Days on which somebody is away."""

    agent = SelectField(
        _("Qui"),
        coerce=int,
        invalid_choice_message=_("Choisissez quelqu'un de la liste."),
        invalid_value_message=_("Choisissez quelqu'un de la liste."),
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """What people come for, and the papers to prepare, one a line."""

    name = StringField(
        _("Motif"),
        filters=[visible],
        validators=[
            DataRequired(_("Écrivez le motif.")),
            Length(
                max=reasons.LONGEST_NAME,
                message=_("Écrivez un motif plus court : 200 signes au plus."),
            ),
        ],
    )
    papers = TextAreaField(
        _("Papiers à préparer, un par ligne"),
        filters=[lambda typed: reasons.clean_papers(typed or "")],
        validators=[
            Length(max=reasons.LONGEST_PAPERS, message=_("Écrivez moins : 1000 signes au plus."))
        ],
    )

    def refuse(self, refused: KioskError) -> None:
        """Show what a rule says about the name."""
        words = {
            "reason.twice": _("Ce motif existe déjà : corrigez-le dans la liste."),
            "reason.too_many": _("Il y a déjà beaucoup de motifs : retirez-en d'abord."),
        }
        if refused.code not in words:
            raise refused
        self.name.errors = [words[refused.code]]
