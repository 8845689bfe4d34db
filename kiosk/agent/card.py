"""The card of an appointment: all that opens its room, for the screen, the clipboard and paper."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from kiosk.appointments import invitations
from kiosk.appointments.invitations import InvitationValues
from kiosk.appointments.model import Appointment
from kiosk.calls.links import RoomKeys
from kiosk.language.languages import offered_or_source
from kiosk.messaging.contacts import display_phone
from kiosk.printing.cards import AppointmentCard
from kiosk.printing.qr import qr_data_uri
from kiosk.web.i18n import format_moment


@dataclass(frozen=True, slots=True)
class Card:
    """What one appointment's page shows; ``ready_text`` speaks the citizen's language."""

    values: InvitationValues
    phone: str
    qr: str
    ready_text: str


def card_of(session: Session, keys: RoomKeys, appointment: Appointment, public_url: str) -> Card:
    """Gather everything; each value is derived again at every look (decision 0002)."""
    values = _values(session, keys, appointment, public_url)
    with force_locale(offered_or_source(appointment.language).code):
        ready_text = _ready_text(values)
    return Card(
        values=values,
        phone=display_phone(values.house_phone),
        qr=qr_data_uri(values.join_url),
        ready_text=ready_text,
    )


def paper_card(
    session: Session, keys: RoomKeys, appointment: Appointment, public_url: str
) -> AppointmentCard:
    """Return what the printed card says, in the citizen's language."""
    values = _values(session, keys, appointment, public_url)
    return AppointmentCard(
        citizen_name=values.citizen_name,
        agent_name=values.agent_name,
        house_name=values.house_name,
        house_phone=display_phone(values.house_phone),
        house_address=values.house_address,
        starts_at=values.starts_at,
        time_zone=values.time_zone,
        duration_min=values.duration_min,
        join_url=values.join_url,
        short_url=values.home_url,
        room_code=values.room_code,
        password=values.password,
        valid_until=values.valid_until,
        language=appointment.language,
    )


def _values(
    session: Session, keys: RoomKeys, appointment: Appointment, public_url: str
) -> InvitationValues:
    values = invitations.values_of(session, keys, appointment.id, public_url=public_url)
    assert values is not None  # the appointment was just read
    return values


def _ready_text(values: InvitationValues) -> str:
    lines = [
        gettext(
            "Rendez-vous en visio avec %(agent)s, %(house)s",
            agent=values.agent_name,
            house=values.house_name,
        ),
        format_moment(values.starts_at, zone=values.time_zone),
        gettext("Lien : %(link)s", link=values.join_url),
        gettext("Ou sur %(address)s :", address=values.home_url),
        gettext("Code : %(code)s", code=values.room_code),
        gettext("Mot de passe : %(password)s", password=values.password),
        gettext("Besoin d'aide : %(phone)s", phone=display_phone(values.house_phone)),
    ]
    return "\n".join(lines)
