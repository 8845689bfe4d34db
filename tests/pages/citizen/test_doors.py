"""Coming in: by link, by code, too early, too late, and what guessing costs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments import booking
from kiosk.calls.model import Presence
from kiosk.visits.model import Visit
from tests.builders.remembering_engine import RememberingEngine
from tests.pages.citizen.conftest import Book, Citizen, Room, appointment, plain
from tests.pages.inspector import InspectingClient


@pytest.mark.parametrize("path", ["/", "/rdv", "/guides", "/guides/rejoindre-telephone"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_doors_are_sound_pages(citizen: Citizen, path: str, language: str):
    page = citizen.browser.get(f"{path}?lang={language}")

    assert page.status_code == 200
    assert f'lang="{language}"' in page.text


def test_a_link_opens_the_first_step(citizen: Citizen, room: Room):
    answer = citizen.comes_by_link(room)

    assert (answer.status_code, answer.location) == (303, "/parcours/bienvenue")


def test_looking_at_a_link_consumes_nothing(citizen: Citizen, room: Room, context: Session):
    citizen.browser.get("/rdv")

    assert context.query(Visit).count() == 0


@pytest.mark.parametrize(
    "writing_of_it",
    ["{code}", "{spoken}", " {spoken} ", "{dotted}", "Code : {spoken}", "À 14 h 30, code {spoken}"],
)
def test_a_code_is_taken_however_it_is_typed(citizen: Citizen, room: Room, writing_of_it: str):
    keys = room.keys
    dotted = ".".join(keys.spoken_code.split())
    typed = writing_of_it.format(code=keys.code, spoken=keys.spoken_code, dotted=dotted)

    answer = citizen.types(typed, keys.password.upper())

    assert answer.location == "/parcours/bienvenue"


def test_a_wrong_code_and_a_wrong_password_read_the_same_and_keep_what_was_typed(
    app: Flask, citizen: Citizen, room: Room
):
    digits = "111222333" if room.keys.code != "111222333" else "444555666"

    wrong_code = citizen.types(digits, "tatata")
    wrong_password = citizen.types(room.keys.code, "tatata")

    sentences = [
        re.findall(r'app-summary__list">(.+?)</ul>', answer.text, re.S)
        for answer in (wrong_code, wrong_password)
    ]
    assert sentences[0] == sentences[1] != []
    assert wrong_code.status_code == wrong_password.status_code == 404
    assert f'value="{digits}"' in wrong_code.text
    assert 'value="tatata"' in wrong_code.text


def test_a_slip_of_the_finger_is_said_at_the_field_and_is_no_guess(citizen: Citizen, room: Room):
    for _ in range(10):
        answer = citizen.types("12345678", room.keys.password)

    assert answer.status_code == 400
    assert "Le code a 9 chiffres. Comptez-les, puis corrigez." in plain(answer.text)
    assert 'value="12345678"' in answer.text
    assert citizen.types(room.keys.code, room.keys.password).status_code == 303


def test_guessing_is_slowed_and_counted_down_and_what_was_typed_stays(citizen: Citizen, room: Room):
    for _ in range(3):
        citizen.types(room.keys.code, "tatata")

    answer = citizen.types(room.keys.code, room.keys.password)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert 'id="wait" data-seconds="1"' in answer.text
    assert f'value="{room.keys.code}"' in answer.text
    assert f'value="{room.keys.password}"' in answer.text


def test_guessing_on_is_locked_for_a_quarter_of_an_hour(
    citizen: Citizen, room: Room, now: datetime
):
    for guess in range(8):
        with clock.fixed(now + timedelta(minutes=guess)):
            citizen.types(room.keys.code, "tatata")

    with clock.fixed(now + timedelta(minutes=8)):
        answer = citizen.types(room.keys.code, room.keys.password)

    assert answer.status_code == 429
    assert "Attendez 14 min" in plain(answer.text)


def test_an_unknown_link_says_what_can_be_done(citizen: Citizen, room: Room):
    token = citizen.browser.token("/rdv")

    answer = citizen.browser.post("/rdv", data={"csrf_token": token, "token": "x" * 22})

    assert answer.status_code == 404
    assert "Ouvrez le lien du dernier message" in plain(answer.text)


@pytest.mark.parametrize("bent", ["#{token}.", "#{token})", "#{token}%20", "#{token}?fbclid=1"])
def test_a_link_that_a_program_has_bent_opens_its_room(citizen: Citizen, room: Room, bent: str):
    answer = citizen.pastes(bent.format(token=room.keys.token))

    assert answer.location == "/parcours/bienvenue"


def test_without_scripts_the_whole_link_is_pasted(citizen: Citizen, room: Room):
    page = citizen.browser.get("/rdv")

    answer = citizen.pastes(f"https://guichet.exemple.fr/rdv#{room.keys.token}")

    assert 'name="token"' in page.text.partition('id="paste-form"')[2]
    assert answer.location == "/parcours/bienvenue"


@pytest.mark.parametrize(
    "path", ["/rdv%23{token}", "/rdv/%23{token}", "/rdv/{token}", "/rdv%2523{token}."]
)
def test_a_secret_in_the_path_is_put_back_into_the_fragment(
    citizen: Citizen, room: Room, path: str
):
    answer = citizen.browser.get(path.format(token=room.keys.token))

    assert (answer.status_code, answer.location) == (302, f"/rdv#{room.keys.token}")


@pytest.mark.parametrize("path", ["/rdv/", "/rdv%20", "/rdv.", "/rdv/.", "/RDV", "/Rdv", "/rdv%0A"])
def test_a_bent_address_leads_to_the_link_page_where_the_fragment_is_read(
    citizen: Citizen, path: str
):
    # A browser keeps the fragment over a redirection to an address without one (RFC 9110 §10.2.2).
    answer = citizen.browser.get(path)

    assert (answer.status_code, answer.location) == (302, "/rdv")


def test_a_secret_behind_capitals_is_found(citizen: Citizen, room: Room):
    answer = citizen.browser.get(f"/RDV%23{room.keys.token}")

    assert (answer.status_code, answer.location) == (302, f"/rdv#{room.keys.token}")


def test_another_address_that_begins_like_the_link_s_is_not_found(citizen: Citizen):
    assert citizen.browser.get("/rdv-nouveau").status_code == 404


def test_a_slash_behind_the_address_keeps_the_fragment(citizen: Citizen):
    assert citizen.browser.get("/rdv/").location == "/rdv"
    assert citizen.browser.get("/rdv-autre").status_code == 404


def test_a_cut_link_says_so_and_is_no_guess(citizen: Citizen, room: Room):
    for _ in range(10):
        answer = citizen.pastes(f"#{room.keys.token[:-1]}")

    assert answer.status_code == 404
    assert "Ce lien n'est pas complet" in plain(answer.text)
    assert citizen.comes_by_link(room).status_code == 303


def test_the_link_page_leads_back_to_a_visit_that_has_begun(amina: Citizen):
    page = amina.browser.get("/rdv")

    assert "Continuer mon rendez-vous" in plain(page.text)
    assert 'href="/parcours"' in page.text


def test_too_early_says_the_hour_where_the_house_is_and_waits_for_it(citizen: Citizen, book: Book):
    early = book(minutes=90)

    answer = citizen.comes_by_link(early)

    text = plain(answer.text)
    assert answer.status_code == 403
    # In Paris: 13 h 30 UTC is 14 h 30, the appointment is at 16 h, the room opens at 15 h 30.
    assert "15 h 30" in text
    assert "05 57 41 00 00" in text
    assert 'href="tel:' in answer.text
    assert 'id="opens" data-seconds="3600"' in answer.text
    assert f'name="token" value="{early.keys.token}"' in answer.text


def test_too_early_by_code_keeps_the_code_for_when_the_hour_comes(citizen: Citizen, book: Book):
    early = book(minutes=90)

    answer = citizen.types(early.keys.code, early.keys.password)

    assert answer.status_code == 403
    assert f'name="code" value="{early.keys.code}"' in answer.text


def test_too_late_and_cancelled_say_so_with_the_telephone(
    app: Flask, citizen: Citizen, room: Room, now: datetime, context: Session
):
    with clock.fixed(now + timedelta(hours=3)):
        late = citizen.comes_by_link(room)
    booking.cancel(context, RememberingEngine(), appointment(context, room), now=now)
    cancelled = citizen.comes_by_link(room)

    assert (late.status_code, cancelled.status_code) == (410, 410)
    assert "Ce rendez-vous est terminé" in plain(late.text)
    assert "Ce rendez-vous a été annulé" in plain(cancelled.text)
    assert "05 57 41 00 00" in plain(late.text)
    assert "05 57 41 00 00" in plain(cancelled.text)


def test_the_appointments_language_is_spoken_until_another_is_chosen(citizen: Citizen, book: Book):
    english = book(language="en")
    citizen.comes_by_link(english)

    assert "Step 1 of 12" in plain(citizen.browser.get("/parcours/bienvenue").text)
    assert "Étape 1 sur 12" in plain(citizen.browser.get("/parcours/bienvenue?lang=fr").text)


def test_the_same_browser_comes_back_to_its_own_place(amina: Citizen, room: Room, context: Session):
    amina.browser.get("/parcours/son")

    again = amina.comes_by_link(room)

    assert again.location == "/parcours/son"
    assert context.query(Visit).count() == 1


def test_whoever_hung_up_and_opens_the_link_again_is_in_the_waiting_room(
    amina: Citizen, room: Room, visit: Visit, context: Session
):
    amina.browser.get("/parcours/fin")
    visit.participant.presence = Presence.LEFT
    context.commit()

    again = amina.comes_by_link(room)

    context.refresh(visit.participant)
    assert again.location == "/parcours/attente"
    assert visit.participant.presence == Presence.ON_PATH


def test_another_person_with_the_same_link_has_another_visit(
    app: Flask, amina: Citizen, room: Room, context: Session
):
    other = app.test_client()
    assert isinstance(other, InspectingClient)
    data = {"csrf_token": other.token("/rdv"), "token": room.keys.token, "who": "other"}

    other.post("/rdv", data=data)

    assert context.query(Visit).count() == 2


def test_a_room_cancelled_on_the_way_says_so_on_every_step(
    amina: Citizen, room: Room, now: datetime, context: Session
):
    booking.cancel(context, RememberingEngine(), appointment(context, room), now=now)

    answer = amina.browser.get("/parcours/reseau")

    assert answer.status_code == 410
    assert "Ce rendez-vous a été annulé" in plain(answer.text)
    assert amina.state().get_json()["error"]["code"] == "gate.cancelled"


def test_whoever_was_let_in_keeps_the_call_when_it_lasts_longer(
    amina: Citizen, visit: Visit, now: datetime, context: Session
):
    visit.participant.presence = Presence.IN_CALL
    context.commit()

    with clock.fixed(now + timedelta(hours=3)):
        assert amina.browser.get("/parcours/visio").status_code == 200
        assert amina.browser.get("/parcours/fin").status_code == 200


def test_guides_are_printed_in_the_language_asked_for(citizen: Citizen):
    answer = citizen.browser.get("/guides/rejoindre-ordinateur.pdf?lang=en")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert 'filename="rejoindre-ordinateur-en.pdf"' in answer.headers["Content-Disposition"]


def test_a_guide_names_the_house_of_whoever_has_an_appointment(citizen: Citizen, room: Room):
    for_anybody = plain(citizen.browser.get("/guides/rejoindre-telephone").text)
    citizen.comes_by_link(room)
    for_amina = plain(citizen.browser.get("/guides/rejoindre-telephone").text)

    assert "le numéro écrit dans votre message" in for_anybody
    assert "Appelez le 05 57 41 00 00" in for_amina


@pytest.mark.parametrize(
    "path", ["/guides/inconnu", "/guides/inconnu.pdf", "/guides/images/inconnu.svg"]
)
def test_a_guide_that_does_not_exist_says_so(citizen: Citizen, path: str):
    assert citizen.browser.get(path).status_code == 404


def test_every_picture_of_a_guide_is_served(citizen: Citizen):
    page = citizen.browser.get("/guides/rejoindre-telephone").text

    pictures = set(re.findall(r'src="(/guides/images/[^"]+)"', page))
    assert pictures
    for address in pictures:
        assert citizen.browser.get(address).mimetype == "image/svg+xml"


def test_after_the_credentials_are_renewed_the_old_visit_shows_nothing_any_more(
    app: Flask, amina: Citizen, room: Room, now: datetime, context: Session
):
    keys = app.extensions["gate"].keys
    booking.renew_credentials(
        context, RememberingEngine(), keys, appointment(context, room), now=now
    )
    new_token = keys.of(appointment(context, room).room).token

    for address in ("/parcours/bienvenue", "/parcours/fin"):
        page = amina.browser.get(address)
        assert (page.status_code, page.location) == (410, None)
        assert "Votre lien et votre code ont été remplacés" in plain(page.text)
        assert new_token not in page.text
    assert amina.state().status_code == 410
    assert amina.sends("message", text="Qui est là ?").status_code == 410


def test_with_the_new_credentials_the_same_browser_begins_a_new_visit(
    app: Flask, amina: Citizen, room: Room, now: datetime, context: Session
):
    keys = app.extensions["gate"].keys
    booking.renew_credentials(
        context, RememberingEngine(), keys, appointment(context, room), now=now
    )
    renewed = Room(room.appointment_id, room.room_id, keys.of(appointment(context, room).room))

    assert amina.comes_by_link(renewed).location == "/parcours/bienvenue"
    assert context.query(Visit).count() == 2
