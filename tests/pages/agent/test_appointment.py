"""An appointment's page: its card, its messages, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.agent.card import paper_card
from kiosk.appointments.model import Appointment, Channel, Status
from kiosk.calls.gate import Gate
from kiosk.errors import NotFound
from kiosk.notifications import leases, queue
from kiosk.storage.database import writing
from tests.builders.cast import Cast
from tests.pages.inspector import InspectingClient


@pytest.fixture
def aminas(book: Callable[..., Appointment]) -> Appointment:
    return book()


def page_of(appointment: Appointment) -> str:
    return f"/agent/rendez-vous/{appointment.id}"


def command(client: InspectingClient, appointment: Appointment, verb: str, **data: str):
    path = page_of(appointment)
    return client.post(f"{path}/{verb}", data={"csrf_token": client.token(path), **data})


def test_everything_that_opens_the_room_is_on_one_card(
    lea: InspectingClient, gate: Gate, aminas: Appointment
):
    page = lea.get(page_of(aminas)).text

    credentials = gate.keys.of(aminas.room)
    assert credentials.spoken_code in page
    assert credentials.password in page
    assert f"/rdv#{credentials.token}" in page
    assert "05 36 49 00 10" in page
    assert "du lundi 23 novembre 2026 à 14 h 15" in page.replace("\xa0", " ")
    assert 'alt="Code QR du lien"' in page


def test_the_text_to_copy_speaks_the_citizen_s_language_and_hides_the_reason(
    lea: InspectingClient, book: Callable[..., Appointment]
):
    page = lea.get(page_of(book(language="en"))).text

    ready = page[page.index('id="ready-text"') :]
    ready = ready[: ready.index("</p>")]
    assert "Password:" in ready
    assert "Video appointment with Léa Martin" in ready
    assert "logement" not in ready


def test_another_house_is_told_that_there_is_no_such_appointment(
    karim: InspectingClient, aminas: Appointment
):
    for path in ("", "/carte.pdf", "/visio", "/etat"):
        assert karim.get(page_of(aminas) + path).status_code == 404
    for verb in ("deplacer", "annuler", "clore", "renouveler", "media/offre", "media/quitter"):
        answer = karim.post(
            f"{page_of(aminas)}/{verb}", data={"csrf_token": karim.token("/agent/")}
        )
        assert answer.status_code == 404, verb


def test_a_move_keeps_the_link_and_tells_the_citizen(
    lea: InspectingClient, session: Session, gate: Gate, aminas: Appointment
):
    before = gate.keys.of(aminas.room)

    answer = command(lea, aminas, "deplacer", day="2026-11-25", hour="09:00", duration="45")

    session.rollback()
    assert answer.location.endswith("?fait=deplace")
    assert aminas.starts_at == datetime.fromisoformat("2026-11-25T08:00:00+00:00")
    assert gate.keys.of(aminas.room) == before
    kinds = [m.kind for m in queue.about(session, "appointment", aminas.id) if m.status == "queued"]
    assert kinds == ["appointment_moved", "appointment_reminder"]


def test_a_move_into_the_past_comes_back_with_what_was_typed(
    lea: InspectingClient, session: Session, aminas: Appointment
):
    page = command(lea, aminas, "deplacer", day="2026-11-20", hour="09:00", duration="45").text

    assert "Cette heure est déjà passée." in page
    assert 'value="2026-11-20"' in page
    assert '<details class="app-fold" id="move" open>' in page


def test_a_cancelled_appointment_shows_no_way_in(
    lea: InspectingClient, session: Session, gate: Gate, aminas: Appointment
):
    answer = command(lea, aminas, "annuler")

    page = lea.get(answer.location).text
    assert gate.keys.of(aminas.room).password not in page
    assert "ne fonctionnent plus" in page
    assert lea.get(f"{page_of(aminas)}/carte.pdf").status_code == 410
    assert lea.get(f"{page_of(aminas)}/visio").status_code == 410
    assert command(lea, aminas, "annuler").status_code == 409


def test_renewing_kills_the_lost_card(
    lea: InspectingClient, session: Session, gate: Gate, aminas: Appointment
):
    before = gate.keys.of(aminas.room)

    command(lea, aminas, "renouveler")

    session.rollback()
    after = gate.keys.of(aminas.room)
    assert before.code != after.code
    assert before.password not in lea.get(page_of(aminas)).text
    with pytest.raises(NotFound):
        gate.by_link(session, before.token, now=aminas.starts_at)


@pytest.mark.parametrize(
    ("pressed", "status"), [("attended", Status.ATTENDED), ("no_show", Status.NO_SHOW)]
)
def test_attendance_is_noted(
    lea: InspectingClient, session: Session, aminas: Appointment, pressed: str, status: Status
):
    command(lea, aminas, "clore", status=pressed)

    session.rollback()
    assert aminas.status == status


def test_after_the_call_the_page_asks_whether_the_citizen_came(
    lea: InspectingClient, aminas: Appointment
):
    assert "L’usager est-il venu" in lea.get(f"{page_of(aminas)}?fait=fini").text
    assert "L’usager est-il venu" not in lea.get(page_of(aminas)).text


def test_a_message_that_did_not_leave_is_said_with_the_reason(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    roberts = book(channel=Channel.EMAIL, email="robert@exemple.fr")
    (lease,) = leases.claim_due(session, now=now, channel="email", lease=timedelta(minutes=1))
    leases.mark_failed(session, lease, now=now, code="smtp.550", permanent=True)

    page = lea.get(page_of(roberts)).text

    assert "Un message n’est pas parti" in page
    assert "cette adresse e-mail n’existe pas" in page


def test_the_page_says_when_each_message_leaves(lea: InspectingClient, aminas: Appointment):
    page = lea.get(page_of(aminas)).text.replace("\xa0", " ")

    assert "Message avec le lien" in page
    assert "Part maintenant" in page


def test_the_printed_card_holds_everything_but_the_reason(
    lea: InspectingClient, session: Session, gate: Gate, cast: Cast, aminas: Appointment
):
    with writing(session):
        card = paper_card(session, gate.keys, aminas, "https://visio.example")

    assert card.room_code == gate.keys.of(aminas.room).spoken_code
    assert card.join_url.startswith("https://visio.example/rdv#")
    assert card.house_phone == "05 36 49 00 10"
    assert "logement" not in repr(card)


def test_the_card_comes_as_a_pdf_that_no_cache_keeps(lea: InspectingClient, aminas: Appointment):
    answer = lea.get(f"{page_of(aminas)}/carte.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Amina" not in answer.headers["Content-Disposition"]


def test_the_page_speaks_english(lea: InspectingClient, aminas: Appointment):
    page = lea.get(f"{page_of(aminas)}?lang=en").text

    assert "Appointment with Amina Benali" in page
    assert "Copy everything" in page
