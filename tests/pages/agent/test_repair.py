"""The page of an appointment, when something about it must be repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.houses import calendar
from kiosk.notifications import queue
from kiosk.storage.database import writing
from tests.builders.cast import Cast
from tests.pages.inspector import InspectingClient


@pytest.fixture
def roberts(book: Callable[..., Appointment], now: datetime) -> Appointment:
    return book(citizen_name="Robert Lemaire", starts_at=now + timedelta(hours=3))


def page_of(appointment: Appointment) -> str:
    return f"/agent/rendez-vous/{appointment.id}"


def command(client: InspectingClient, appointment: Appointment, verb: str, **data: str):
    path = page_of(appointment)
    return client.post(f"{path}/{verb}", data={"csrf_token": client.token(path), **data})


def correct(client: InspectingClient, appointment: Appointment, **changes: str):
    typed = {
        "citizen_name": "Robert Lemaire",
        "language": "fr",
        "channel": "sms",
        "phone": "06 39 98 00 11",
        "place": "0",
    }
    return command(client, appointment, "corriger", **{**typed, **changes})


def send_everything(session: Session, appointment: Appointment, now: datetime) -> None:
    with writing(session):
        for message in queue.about(session, "appointment", appointment.id):
            message.status, message.sent_at = "sent", now


def test_what_was_typed_wrong_is_corrected(
    lea: InspectingClient, session: Session, roberts: Appointment
) -> None:
    answer = correct(
        lea, roberts, citizen_name="Robert Lemair", channel="email", email="r@exemple.fr"
    )

    session.rollback()
    assert answer.location.endswith("?fait=corrige")
    assert roberts.citizen_name == "Robert Lemair"
    assert (roberts.channel, roberts.contact) == (Channel.EMAIL, "r@exemple.fr")
    assert roberts.phone == "+33639980011"


def test_a_mistake_in_the_correction_comes_back_with_what_was_typed(
    lea: InspectingClient, session: Session, roberts: Appointment
) -> None:
    page = correct(lea, roberts, phone="06 39").text

    assert "Ce numéro n’est pas complet." in page
    assert '<details class="app-fold" id="correct" open>' in page
    assert 'value="06 39"' in page


def test_a_link_gone_to_a_wrong_number_is_reported_with_the_button_that_mends_it(
    lea: InspectingClient, session: Session, roberts: Appointment, now: datetime
) -> None:
    send_everything(session, roberts, now)

    page = lea.get(correct(lea, roberts, phone="06 39 98 00 12").location).text

    assert "le lien est déjà parti à l’ancienne adresse" in page
    assert page.count('data-opens="renew"') == 2


def test_the_link_is_sent_again_on_a_press(
    lea: InspectingClient, session: Session, roberts: Appointment, now: datetime
) -> None:
    answer = command(lea, roberts, "renvoyer")

    session.rollback()
    due = [one.due_at for one in queue.about(session, "appointment", roberts.id)]
    assert answer.location.endswith("?fait=renvoye")
    assert due.count(now) == 2  # the confirmation of the booking, and the link


def test_a_link_that_stays_here_for_want_of_a_gateway_is_not_said_to_leave(
    lea: InspectingClient, roberts: Appointment
) -> None:
    page = lea.get(command(lea, roberts, "renvoyer").location).text

    assert "Le lien part maintenant." not in page
    assert "remettez le lien autrement" in page


def test_a_colleague_receives_instead(
    lea: InspectingClient, session: Session, cast: Cast, roberts: Appointment
) -> None:
    answer = command(lea, roberts, "confier", agent=str(cast.nadia.id))

    assert "Nadia Roux reçoit maintenant cet usager." in lea.get(answer.location).text


def test_a_colleague_who_is_taken_is_warned_about_once(
    lea: InspectingClient,
    session: Session,
    cast: Cast,
    roberts: Appointment,
    book: Callable[..., Appointment],
) -> None:
    hers = book(starts_at=roberts.starts_at)
    command(lea, hers, "confier", agent=str(cast.nadia.id))

    warned = command(lea, roberts, "confier", agent=str(cast.nadia.id)).text
    key = warned.split('name="despite" value="')[1].split('"')[0]
    answer = command(lea, roberts, "confier", agent=str(cast.nadia.id), despite=key)

    assert "Nadia Roux a déjà un rendez-vous à cette heure" in warned
    assert answer.location.endswith("?fait=confie")


def test_nobody_of_another_house_can_be_chosen(
    lea: InspectingClient, session: Session, cast: Cast, roberts: Appointment
) -> None:
    page = command(lea, roberts, "confier", agent=str(cast.karim.id)).text

    session.rollback()
    assert "Choisissez quelqu’un de la liste." in page
    assert roberts.agent_id == cast.lea.id


def test_attendance_noted_by_mistake_is_taken_back_on_the_page(
    lea: InspectingClient, session: Session, roberts: Appointment
) -> None:
    closed = command(lea, roberts, "clore", status="no_show")
    assert "Noté par erreur" in lea.get(closed.location).text

    command(lea, roberts, "rouvrir")

    session.rollback()
    assert roberts.status == Status.BOOKED
    assert command(lea, roberts, "rouvrir").status_code == 409


def test_another_house_repairs_nothing(karim: InspectingClient, roberts: Appointment) -> None:
    for verb in ("corriger", "confier", "renvoyer", "rouvrir"):
        answer = karim.post(
            f"{page_of(roberts)}/{verb}", data={"csrf_token": karim.token("/agent/")}
        )
        assert answer.status_code == 404, verb


def test_a_move_to_a_day_on_which_the_agent_is_away_is_warned_about_once(
    lea: InspectingClient, session: Session, cast: Cast, roberts: Appointment
) -> None:
    day = date(2026, 11, 25)
    with writing(session):
        calendar.note_absence(session, cast.sainte_foy, cast.lea, day, day)
    hour = {"day": "2026-11-25", "hour": "09:00", "duration": "30"}

    warned = command(lea, roberts, "deplacer", **hour).text
    key = warned.split('name="despite" value="')[1].split('"')[0]
    session.rollback()
    before = roberts.starts_at
    answer = command(lea, roberts, "deplacer", **hour, despite=key)

    session.rollback()
    assert 'id="against-absent"' in warned
    assert "Déplacer quand même" in warned
    assert before != roberts.starts_at
    assert answer.location.endswith("?fait=deplace")


def test_an_appointment_does_not_stand_against_its_own_move(
    lea: InspectingClient, roberts: Appointment
) -> None:
    # A quarter of an hour later, it would still overlap where it stands now.
    answer = command(lea, roberts, "deplacer", day="2026-11-23", hour="17:45", duration="30")

    assert answer.location.endswith("?fait=deplace")
