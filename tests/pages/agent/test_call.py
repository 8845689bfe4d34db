"""The agent's call page and its routes, with a media plane that only records what it is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import participants
from kiosk.calls import store as calls
from kiosk.calls.model import CameBy, Presence, Refusal
from kiosk.media.engine import CallRole, Offer, SlotEntry
from kiosk.realtime import tickets
from kiosk.settings import Settings
from kiosk.storage.database import writing
from tests.builders.cast import Cast, arrived
from tests.builders.remembering_engine import RememberingEngine
from tests.pages.inspector import InspectingClient

JSON = {"Accept": "application/json"}


SLOTS = [SlotEntry(audio="0", video="1", participant="7")]


class Plane:
    """Takes the place of the engine: remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def join(
        self,
        room: str,
        participant: str,
        *,
        role: CallRole,
        echo: bool = False,
        ahead: bool = False,
    ) -> Offer:
        self.asked.append(("join ahead" if ahead else "join", room, participant, role))
        return Offer(peer="peer-1", sdp="v=0", slots=SLOTS)

    def answer(self, peer: str, sdp: str, generation: int = 1) -> None:
        self.asked.append(("answer", peer, sdp, str(generation)))

    def restart(self, peer: str) -> Offer:
        self.asked.append(("restart", peer))
        return Offer(peer=peer, sdp="v=0 again", generation=2)

    def leave(self, peer: str, reason: str = "left") -> None:
        self.asked.append(("leave", peer))


def post(client: InspectingClient, appointment: Appointment, verb: str, body: object):
    token = client.token("/agent/")
    return client.post(
        f"/agent/rendez-vous/{appointment.id}/media/{verb}",
        json=body,
        headers={"X-CSRFToken": token},
    )


def test_the_page_shows_only_who_is_on_the_way_to_this_appointment(
    lea: InspectingClient,
    session: Session,
    settings: Settings,
    book: Callable[..., Appointment],
    now: datetime,
):
    aminas, roberts = book(), book(citizen_name="Robert Delmas")
    arrived(session, aminas, now=now, waiting=True)
    arrived(session, roberts, now=now, waiting=True)

    page = lea.get(f"/agent/rendez-vous/{aminas.id}/visio").text
    state = lea.get(f"/agent/rendez-vous/{aminas.id}/etat?since=0", headers=JSON).json

    assert "Robert Delmas" not in page
    assert "Amina Benali" in state["html"]
    assert list(state["names"].values()) == ["Amina Benali"]
    shown = page.split('data-ticket="')[1].split('"')[0]
    ticket = tickets.read(settings.secret_key.get_secret_value(), shown)
    assert ticket.topics == {f"room:{aminas.room_id}"}


def test_a_colleague_in_the_call_has_a_name_too_as_soon_as_they_come(
    lea: InspectingClient,
    session: Session,
    cast: Cast,
    book: Callable[..., Appointment],
    now: datetime,
):
    aminas = book()
    before = lea.get(f"/agent/rendez-vous/{aminas.id}/etat?since=0", headers=JSON).json

    with writing(session):
        nadia = participants.take_seat(
            session, aminas.room, agent_id=cast.nadia.id, name="Nadia Haddad", now=now
        )
    since = before["revision"]
    after = lea.get(f"/agent/rendez-vous/{aminas.id}/etat?since={since}", headers=JSON).json

    assert before["names"] == {}
    assert after["names"] == {str(nadia.id): "Nadia Haddad"}


def test_an_agent_joins_answers_comes_back_and_leaves(
    app: Flask,
    lea: InspectingClient,
    session: Session,
    cast: Cast,
    book: Callable[..., Appointment],
):
    plane = app.extensions["media"] = Plane()
    aminas = book()

    offer = post(lea, aminas, "offre", {})
    answered = post(lea, aminas, "reponse", {"peer": "peer-1", "sdp": "v=0 answer"})
    again = post(lea, aminas, "offre", {"peer": "peer-1"})
    body = {"peer": "peer-1", "sdp": "v=0 answer again", "generation": 2}
    post(lea, aminas, "reponse", body)
    left = post(lea, aminas, "quitter", {"peer": "peer-1"})

    session.rollback()
    seat = calls.agent_seat(session, aminas.room_id, cast.lea.id)
    assert seat is not None
    assert offer.json == {
        "peer": "peer-1",
        "sdp": "v=0",
        "generation": 1,
        "slots": [{"audio": "0", "video": "1", "participant": "7"}],
        "ice_servers": [],
    }
    assert again.json["peer"] == "peer-1"
    assert again.json["generation"] == 2
    assert (answered.status_code, left.status_code) == (204, 204)
    assert plane.asked == [
        ("join", str(aminas.room_id), str(seat.id), "agent"),
        ("answer", "peer-1", "v=0 answer", "1"),
        ("restart", "peer-1"),
        ("answer", "peer-1", "v=0 answer again", "2"),
        ("leave", "peer-1"),
    ]
    assert seat.presence == Presence.LEFT


def test_a_page_connects_ahead_of_the_agent(
    app: Flask, lea: InspectingClient, book: Callable[..., Appointment]
):
    plane = app.extensions["media"] = Plane()

    assert post(lea, book(), "offre", {"ahead": True}).status_code == 200

    assert [asked[0] for asked in plane.asked] == ["join ahead"]


def test_an_agent_who_hung_up_may_come_back(
    app: Flask, lea: InspectingClient, book: Callable[..., Appointment]
):
    app.extensions["media"] = Plane()
    aminas = book()
    post(lea, aminas, "offre", {})
    post(lea, aminas, "quitter", {"peer": "peer-1"})

    assert post(lea, aminas, "offre", {}).status_code == 200


def test_an_answer_for_the_connection_of_another_participant_is_refused(
    app: Flask, lea: InspectingClient, book: Callable[..., Appointment]
):
    app.extensions["media"] = Plane()
    aminas = book()
    post(lea, aminas, "offre", {})

    answer = post(lea, aminas, "reponse", {"peer": "peer-2", "sdp": "v=0"})

    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "media.unknown_peer"


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("reponse", {}),
        ("reponse", []),
        ("reponse", {"peer": {}, "sdp": 1}),
        ("reponse", {"peer": "peer-1", "sdp": "v=0", "generation": 0}),
        ("reponse", {"peer": "peer-1", "sdp": "x" * (64 * 1024 + 1)}),
        ("offre", {"ahead": "yes"}),
        ("offre", {"peer": "x" * 129}),
        ("quitter", {"peer": None}),
    ],
)
def test_a_body_that_does_not_fit_its_type_is_refused(
    app: Flask, lea: InspectingClient, book: Callable[..., Appointment], verb: str, body: object
):
    plane = app.extensions["media"] = Plane()
    aminas = book()
    post(lea, aminas, "offre", {})
    before = list(plane.asked)

    answer = post(lea, aminas, verb, body)

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "media.bad_request"
    assert plane.asked == before


def test_an_agent_has_no_echo_connection(
    app: Flask, lea: InspectingClient, book: Callable[..., Appointment]
):
    plane = app.extensions["media"] = Plane()

    post(lea, book(), "offre?echo=1", {})

    assert [asked[0] for asked in plane.asked] == ["join"]


def test_an_answer_before_any_offer_is_refused(
    lea: InspectingClient, book: Callable[..., Appointment]
):
    answer = post(lea, book(), "reponse", {"peer": "peer-1", "sdp": "v=0"})

    assert answer.status_code == 403


def test_a_command_without_the_token_of_our_page_is_refused(
    lea: InspectingClient, book: Callable[..., Appointment]
):
    answer = lea.post(f"/agent/rendez-vous/{book().id}/media/offre", json={})

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "form.expired"


def test_who_was_let_in_can_be_put_out_from_the_call_page_and_from_the_board(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    aminas = book()
    visit = arrived(session, aminas, now=now, waiting=True)
    with writing(session):
        helping.let_in(session, visit, agent_id=aminas.agent_id, now=now)

    for page in (f"/agent/rendez-vous/{aminas.id}/visio", "/agent/"):
        menu = lea.get(page).text.partition(f'id="remove-{visit.id}"')[2].partition("</details>")[0]

        assert f'action="/agent/visites/{visit.id}/retirer"' in menu
        assert menu.count('name="reason"') == len(Refusal)


def test_ending_for_all_asks_first_and_is_not_hanging_up(
    lea: InspectingClient, book: Callable[..., Appointment]
):
    aminas = book()
    page = lea.get(f"/agent/rendez-vous/{aminas.id}/visio").text

    dialog = page.partition('<dialog class="app-dialog" id="end-for-all"')[2].partition("</dialog>")
    assert 'data-opens="end-for-all"' in page
    assert f'action="/agent/rendez-vous/{aminas.id}/terminer"' in dialog[0]
    assert "Raccrocher" in dialog[0]


def test_ending_the_call_for_all_closes_the_room_at_the_plane_and_asks_whether_they_came(
    app: Flask, lea: InspectingClient, session: Session, book: Callable[..., Appointment]
):
    plane = app.extensions["media"] = RememberingEngine()
    aminas = book()
    post(lea, aminas, "offre", {})

    answer = lea.post(
        f"/agent/rendez-vous/{aminas.id}/terminer", data={"csrf_token": lea.token("/agent/")}
    )

    assert answer.location == f"/agent/rendez-vous/{aminas.id}?fait=fini"
    assert plane.peers == {}


def test_the_room_is_locked_and_unlocked_beside_the_call_and_the_board_says_so(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    aminas = book()
    visit = arrived(session, aminas, now=now, waiting=True)
    where = f"/agent/rendez-vous/{aminas.id}"
    token = {"csrf_token": lea.token("/agent/")}

    locked = lea.post(f"{where}/verrouiller", data=token)
    page, day = lea.get(f"{where}/visio").text, lea.get("/agent/").text
    refused = lea.post(f"/agent/visites/{visit.id}/admettre", data=token, headers=JSON)
    unlocked = lea.post(f"{where}/deverrouiller", data=token)

    assert (locked.location, unlocked.location) == (f"{where}/visio",) * 2
    assert 'data-locked="true"' in page
    assert "Salle verrouillée depuis" in page
    assert "Salle verrouillée" in day
    assert f"/agent/salles/{aminas.room_id}/deverrouiller" in day
    assert (refused.status_code, refused.json["error"]["code"]) == (423, "lobby.locked")
    assert 'data-locked="false"' in lea.get(f"{where}/visio").text


def test_another_house_cannot_lock_a_room(
    karim: InspectingClient, book: Callable[..., Appointment]
):
    aminas = book()
    token = {"csrf_token": karim.token("/agent/")}

    for where in (f"rendez-vous/{aminas.id}", f"salles/{aminas.room_id}"):
        assert karim.post(f"/agent/{where}/verrouiller", data=token).status_code == 404


@pytest.mark.parametrize("came_by", [CameBy.CODE, CameBy.HOUSE, CameBy.UNKNOWN])
def test_a_stranger_who_gives_no_name_is_never_shown_under_the_citizens_name(
    lea: InspectingClient,
    session: Session,
    book: Callable[..., Appointment],
    now: datetime,
    came_by: CameBy,
):
    aminas = book()
    visit = arrived(session, aminas, now=now, waiting=True, came_by=came_by)
    with writing(session):
        helping.ask_for_help(session, visit, "step.voice", now=now)
        helping.say(session, visit, Author.CITIZEN, "Bonjour", now=now)
    where = f"/agent/rendez-vous/{aminas.id}"

    for let_in in (False, True):
        if let_in:
            with writing(session):
                helping.let_in(session, visit, agent_id=aminas.agent_id, now=now)
        for address in (f"{where}/etat?since=0", "/agent/etat?since=0"):
            state = lea.get(address, headers=JSON).json
            people = state["html"].partition('id="people"')[2].partition('id="appointments"')[0]

            assert set(state["names"].values()) == {"Personne sans nom"}
            assert not any("Amina" in alarm["text"] for alarm in state["alarms"])
            assert "Personne sans nom" in people
            assert "Amina" not in people
    assert '"other": "La personne"' in lea.get(f"{where}/visio").text
