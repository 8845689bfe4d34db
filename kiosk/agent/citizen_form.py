"""The form about the citizen of an appointment: who, how to reach them, why, where they will be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from kiosk.agent import words
from kiosk.agent.fields import BAD_EMAIL, one_line, visible
from kiosk.appointments.booking import Details
from kiosk.appointments.model import Appointment, Channel
from kiosk.errors import KioskError
from kiosk.houses.model import House
from kiosk.language.languages import offered
from kiosk.messaging import contacts

BAD_PHONE = {
    "contact.bad_phone": _("Ce numéro n'est pas complet. Exemple : 06 12 34 56 78"),
    "contact.no_such_phone": _("Ce numéro n'existe pas. Comptez ses chiffres, puis corrigez."),
}
"""Why a telephone number is refused, said under it."""

OWN_DEVICE = 0
"""The choice of somebody who will be at no kiosk; houses count from 1."""


def agent_field() -> SelectField:
    """Make the field for who receives; the route gives its choices."""
    return SelectField(
        _("Avec"),
        coerce=int,
        invalid_choice_message=_("Choisissez quelqu'un de la liste."),
        invalid_value_message=_("Choisissez quelqu'un de la liste."),
    )


class CitizenForm(FlaskForm):  # type: ignore[misc]
    """What is asked about the citizen, at booking and when it is corrected later."""

    citizen_name = StringField(
        _("Nom de l'usager"),
        filters=[visible],
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
    email = EmailField(_("Adresse e-mail de l'usager"), filters=[one_line])
    email_asked = HiddenField()
    """The address about which the page has asked: pressing again means that it is right."""
    phone = TelField(_("Téléphone de l'usager"), filters=[one_line])
    without_phone = BooleanField(_("L'usager n'a pas de téléphone"))
    place = SelectField(
        _("Où sera l'usager ?"),
        coerce=int,
        invalid_choice_message=_("Choisissez un lieu de la liste."),
        invalid_value_message=_("Choisissez un lieu de la liste."),
    )
    reason = StringField(
        _("Motif du rendez-vous"),
        filters=[one_line],
        validators=[
            Length(max=200, message=_("Écrivez un motif plus court : 200 signes au plus."))
        ],
    )

    def __init__(self, *args: Any, house: House, houses: Sequence[House], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._territory = house.territory
        self._houses = {one.id: one for one in houses}
        self.language.choices = [SelectChoice(code, one.endonym) for code, one in offered().items()]
        self.place.choices = [
            SelectChoice(OWN_DEVICE, _("Sur son propre appareil, où il veut")),
            *(SelectChoice(one.id, _("À la borne de %(house)s", house=one.name)) for one in houses),
        ]

    def show(self, appointment: Appointment) -> None:
        """Fill the form in with what is written down."""
        self.citizen_name.data = appointment.citizen_name
        self.language.data = appointment.language
        self.channel.data = appointment.channel
        self.email.data = appointment.email
        self.phone.data = contacts.display_phone(appointment.phone) if appointment.phone else ""
        self.without_phone.data = not appointment.phone
        self.place.data = appointment.kiosk_house_id or OWN_DEVICE
        self.reason.data = appointment.reason

    def details(self) -> Details:
        """Return what was typed, as it is stored; only once valid."""
        return Details(
            citizen_name=self.citizen_name.data,
            language=self.language.data,
            channel=Channel(self.channel.data),
            email=self._email(),
            phone=self._phone(),
            reason=self.reason.data,
            kiosk_house=self._houses.get(self.place.data),
        )

    def validate_email(self, field: Field) -> None:
        """Ask for an address when the link goes by e-mail."""
        if self.channel.data != Channel.EMAIL:
            return
        if not field.data:
            raise StopValidation(_("Écrivez l'adresse e-mail."))
        try:
            address = self._email()
        except KioskError:
            raise StopValidation(BAD_EMAIL) from None
        meant = contacts.likely_meant(address)
        if meant and self.email_asked.data != address:
            self.email_asked.data = address
            raise StopValidation(
                _(
                    "Vouliez-vous dire %(address)s ? Corrigez, ou appuyez de nouveau si l'adresse "
                    "est juste.",
                    address=meant,
                )
            )

    def validate_phone(self, field: Field) -> None:
        """Ask everybody for a number, and for one of a mobile when the link goes by SMS."""
        by_sms = self.channel.data == Channel.SMS
        if not field.data:
            if by_sms:
                raise StopValidation(_("Écrivez le numéro de mobile."))
            if self.without_phone.data:
                return
            raise StopValidation(
                _(
                    "Écrivez un numéro : c'est le dernier moyen de joindre l'usager. "
                    "Sinon, cochez la case."
                )
            )
        try:
            number = self._phone()
        except KioskError as refused:
            raise StopValidation(BAD_PHONE[refused.code]) from None
        if by_sms and not contacts.may_receive_sms(number):
            raise StopValidation(_("Un téléphone fixe ne reçoit pas de SMS. Écrivez un mobile."))

    def _email(self) -> str:
        """Return the address; one typed before another channel was chosen is not kept."""
        by_mail = self.channel.data == Channel.EMAIL
        return contacts.normalise_email(self.email.data) if by_mail else ""

    def _phone(self) -> str:
        return contacts.normalise_phone(self.phone.data, self._territory) if self.phone.data else ""
