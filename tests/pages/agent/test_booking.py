"""Booking: what is typed becomes an appointment, or comes back with what is to be corrected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.agent.booking_routes import next_quarter
from kiosk.appointments.model import Appointment, Channel
from tests.builders.cast import Cast
from tests.pages.agent.conftest import choose_house, signed_in
from tests.pages.inspector import InspectingClient

PAGE = "/agent/rendez-vous/nouveau"


def all_booked(session: Session) -> Sequence[Appointment]:
    # Ends the transaction in which the test read the cast, to see what the application wrote.
    session.rollback()
    return session.scalars(select(Appointment)).all()


def ask(client: InspectingClient, agent_id: int, **changes: str):
    typed = {
        "citizen_name": "Amina Benali",
        "language": "fr",
        "channel": "sms",
        "phone": "06 39 98 00 11",
        "place": "0",
        "reason": "Aide au logement",
        "day": "2026-11-24",
        "hour": "10:15",
        "duration": "30",
        "agent": str(agent_id),
    }
    return client.post(PAGE, data={"csrf_token": client.token(PAGE), **typed, **changes})


def test_the_form_proposes_the_next_quarter_of_an_hour_and_oneself(
    lea: InspectingClient, cast: Cast
):
    page = lea.get(PAGE).text

    assert 'value="2026-11-23"' in page
    assert 'value="14:45"' in page
    assert f'<option selected value="{cast.lea.id}">Léa Martin' in page


@pytest.mark.parametrize(("at", "next_one"), [("10:00", "10:15"), ("10:14", "10:15")])
def test_the_next_quarter_is_always_to_come(at: str, next_one: str):
    day = "2026-11-23T"

    assert next_quarter(datetime.fromisoformat(f"{day}{at}")) == datetime.fromisoformat(
        f"{day}{next_one}"
    )


def test_a_booking_leads_at_once_to_its_card(lea: InspectingClient, session: Session, cast: Cast):
    answer = ask(lea, cast.lea.id)

    made = all_booked(session)[0]
    assert answer.location == f"/agent/rendez-vous/{made.id}?fait=pris"
    assert made.contact == "+33639980011"
    assert made.starts_at == datetime.fromisoformat("2026-11-24T09:15:00+00:00")
    assert lea.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"citizen_name": "  "}, "citizen_name", "Écrivez le nom de l’usager."),
        ({"phone": "06 39"}, "phone", "Ce numéro n’est pas complet."),
        ({"phone": ""}, "phone", "Écrivez le numéro de mobile."),
        ({"phone": "06 12 34 56 7"}, "phone", "Ce numéro n’est pas complet."),
        ({"phone": "06 12 34 56 789"}, "phone", "Ce numéro n’existe pas."),
        ({"phone": "05 36 49 00 10"}, "phone", "Un téléphone fixe ne reçoit pas de SMS."),
        ({"phone": "09 72 12 34 56"}, "phone", "Un téléphone fixe ne reçoit pas de SMS."),
        ({"channel": "email", "email": "amina@"}, "email", "Cette adresse e-mail n’est pas"),
        ({"channel": "email"}, "email", "Écrivez l’adresse e-mail."),
        ({"channel": "pigeon"}, "channel-0", ""),
        ({"day": "2026-02-30"}, "day", "Cette date n’existe pas."),
        ({"hour": "26:00"}, "hour", "Cette heure n’existe pas."),
        ({"day": "2026-11-22"}, "hour", "Cette heure est déjà passée."),
        ({"day": "2028-11-22"}, "hour", "Choisissez une date dans l’année qui vient."),
        ({"day": "2027-03-28", "hour": "02:30"}, "hour", "on change d’heure"),
        ({"duration": "25"}, "duration", "Choisissez une durée de la liste."),
        ({"agent": "999"}, "agent", "Choisissez quelqu’un de la liste."),
    ],
)
def test_an_error_is_said_first_and_everything_typed_is_kept(
    lea: InspectingClient,
    session: Session,
    cast: Cast,
    changes: dict[str, str],
    field: str,
    sentence: str,
):
    page = ask(lea, cast.lea.id, **changes).text

    summary = page[page.index("app-summary") : page.index("<form class")]
    assert f'href="#{field}"' in summary
    assert sentence in summary
    assert "Aide au logement" in page
    kept = {"citizen_name": "Amina Benali", "phone": "06 39 98 00 11"} | changes
    for name in kept.keys() & {"citizen_name", "email", "phone", "day", "hour"}:
        assert f'name="{name}"' in page
        assert f'value="{kept[name].strip()}"' in page
    assert all_booked(session) == []


def test_two_appointments_at_once_are_warned_about_then_made_at_a_second_press(
    lea: InspectingClient, session: Session, cast: Cast, book: Callable[..., Appointment]
):
    book(starts_at=datetime.fromisoformat("2026-11-24T09:00:00+00:00"), citizen_name="Robert")

    warned = ask(lea, cast.lea.id)

    assert "Léa Martin a déjà un rendez-vous à cette heure" in warned.text
    assert "Confirmer quand même" in warned.text
    key = re.search(r'name="despite" value="([^"]+)"', warned.text)
    assert key is not None
    assert ask(lea, cast.lea.id, despite=key.group(1)).status_code == 302


def test_a_warning_about_one_hour_is_no_consent_for_another(
    lea: InspectingClient, session: Session, cast: Cast, book: Callable[..., Appointment]
):
    book(starts_at=datetime.fromisoformat("2026-11-24T09:00:00+00:00"), duration_min=90)
    key = re.search(r'name="despite" value="([^"]+)"', ask(lea, cast.lea.id).text)
    assert key is not None

    moved = ask(lea, cast.lea.id, despite=key.group(1), hour="10:30")

    assert moved.status_code == 200
    assert len(all_booked(session)) == 1


def test_paper_needs_no_contact(lea: InspectingClient, session: Session, cast: Cast):
    ask(lea, cast.lea.id, channel="paper", phone="", without_phone="y")

    made = all_booked(session)[0]
    assert (made.channel, made.contact) == (Channel.PAPER, "")


@pytest.mark.parametrize("channel", ["email", "paper"])
def test_a_telephone_is_asked_of_everybody_who_has_one(
    lea: InspectingClient, session: Session, cast: Cast, channel: str
):
    typed = {"channel": channel, "email": "amina@exemple.fr"}

    refused = ask(lea, cast.lea.id, **typed, phone="")
    ask(lea, cast.lea.id, **typed, phone="05 36 49 00 77")

    assert "le dernier moyen de joindre l’usager" in refused.text
    assert [one.phone for one in all_booked(session)] == ["+33536490077"]


def test_an_appointment_can_be_at_the_kiosk_of_another_house(
    lea: InspectingClient, session: Session, cast: Cast
):
    answer = ask(lea, cast.lea.id, place=str(cast.castillon.id))

    assert all_booked(session)[0].kiosk_house_id == cast.castillon.id
    assert "À la borne de France services Castillon" in lea.get(answer.location).text


def test_an_agent_cannot_book_with_somebody_of_another_house(
    lea: InspectingClient, session: Session, cast: Cast
):
    page = ask(lea, cast.karim.id)

    assert "Choisissez quelqu’un de la liste." in page.text
    assert all_booked(session) == []


@pytest.mark.parametrize("login", ["odile", "paul"])
def test_who_works_in_several_houses_books_for_the_one_shown_and_sees_what_they_booked(
    app: Flask, session: Session, cast: Cast, login: str
):
    client = signed_in(app, login)
    choose_house(client, cast.castillon.id)

    answer = ask(client, cast.karim.id)

    made = all_booked(session)[0]
    assert made.house_id == cast.castillon.id
    assert "05 36 49 00 20" in client.get(answer.location).text


def test_a_manager_cannot_book_for_a_house_they_do_not_work_in(
    nadia: InspectingClient, session: Session, cast: Cast
):
    page = ask(nadia, cast.karim.id)

    assert "Choisissez quelqu’un de la liste." in page.text
    assert all_booked(session) == []


def test_a_house_overseas_reads_hours_and_numbers_its_own_way(
    lea: InspectingClient, session: Session, cast: Cast
):
    cast.sainte_foy.time_zone, cast.sainte_foy.territory = "Indian/Reunion", "RE"
    session.commit()

    ask(lea, cast.lea.id, phone="0692 12 34 56")

    made = all_booked(session)[0]
    assert made.starts_at == datetime.fromisoformat("2026-11-24T06:15:00+00:00")
    assert made.contact == "+262692123456"


def test_tomorrow_is_that_of_the_house(lea: InspectingClient, session: Session, cast: Cast):
    # It is half past noon on 23 November in Sainte-Foy, and already the 24th in Nouméa.
    cast.sainte_foy.time_zone = "Pacific/Noumea"
    session.commit()

    ask(lea, cast.lea.id, day="demain", hour="10:00")

    assert all_booked(session)[0].starts_at == datetime.fromisoformat("2026-11-24T23:00:00+00:00")


def test_a_day_without_appointments_says_what_to_do(lea: InspectingClient):
    page = lea.get("/agent/rendez-vous?jour=2026-12-01").text

    assert "Aucun rendez-vous ce jour-là" in page
    assert "jour=2026-11-30" in page
    assert "jour=2026-12-02" in page


def test_a_day_that_cannot_be_read_is_today(lea: InspectingClient):
    assert "lundi 23 novembre 2026" in lea.get("/agent/rendez-vous?jour=hier").text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "31/12/9999", "1" * 400])
def test_a_day_of_another_century_is_today(lea: InspectingClient, day: str):
    answer = lea.get(f"/agent/rendez-vous?jour={day}")

    assert answer.status_code == 200
    assert "lundi 23 novembre 2026" in answer.text


def test_the_list_opens_at_a_day_that_somebody_wrote(lea: InspectingClient):
    assert "mardi 1er décembre 2026" in lea.get("/agent/rendez-vous?jour=1/12/2026").text


@pytest.mark.parametrize(("day", "hour"), [("24/11/2026", "10h15"), ("mardi 24 novembre", "10.15")])
def test_a_date_and_an_hour_are_taken_as_the_page_gives_them(
    lea: InspectingClient, session: Session, cast: Cast, day: str, hour: str
):
    ask(lea, cast.lea.id, day=day, hour=hour)

    assert all_booked(session)[0].starts_at == datetime.fromisoformat("2026-11-24T09:15:00+00:00")


def test_a_reason_holds_no_sign_that_turns_or_rings(
    lea: InspectingClient, session: Session, cast: Cast
):
    ask(lea, cast.lea.id, reason="\u202eAide\x07 au\u200b logement")

    assert all_booked(session)[0].reason == "Aide au logement"


def test_an_address_that_looks_mistyped_is_asked_about_once(
    lea: InspectingClient, session: Session, cast: Cast
):
    mistyped = {"channel": "email", "email": "amina@gmial.com"}

    asked = ask(lea, cast.lea.id, **mistyped)
    booked_at_once = len(all_booked(session))
    ask(lea, cast.lea.id, **mistyped, email_asked="amina@gmial.com")

    assert "amina@gmail.com" in asked.text
    assert 'value="amina@gmial.com"' in asked.text.partition('name="email_asked"')[2][:80]
    assert booked_at_once == 0
    assert all_booked(session)[0].email == "amina@gmial.com"


def test_another_mistyped_address_is_asked_about_too(
    lea: InspectingClient, session: Session, cast: Cast
):
    ask(lea, cast.lea.id, channel="email", email="amina@gmail.con", email_asked="a@gmial.com")

    assert not all_booked(session)


def test_a_day_just_past_is_never_booked_in_the_year_after(
    lea: InspectingClient, session: Session, cast: Cast
):
    answer = ask(lea, cast.lea.id, day="22/11", hour="10:15")

    assert "Cette heure est déjà passée" in answer.text
    assert not all_booked(session)


def test_the_list_of_yesterday_opens_without_a_year(lea: InspectingClient):
    assert "22 novembre 2026" in lea.get("/agent/rendez-vous?jour=22/11").text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_year_beyond_what_clocks_count_is_said_at_the_field(
    lea: InspectingClient, session: Session, cast: Cast, day: str
):
    answer = ask(lea, cast.lea.id, day=day, hour="23:50")

    assert answer.status_code == 200
    assert "Cette date n’existe pas" in answer.text
    assert all_booked(session) == []


def test_the_list_of_a_day_is_the_house_s_only(
    lea: InspectingClient, karim: InspectingClient, book: Callable[..., Appointment]
):
    book()

    assert "Amina Benali" in lea.get("/agent/rendez-vous").text
    assert "Amina Benali" not in karim.get("/agent/rendez-vous").text
