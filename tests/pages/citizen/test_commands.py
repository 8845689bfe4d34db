"""What the path's page asks of the server, and what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.assist import helping
from kiosk.assist.model import Author
from kiosk.calls import admission, ending, participants, rooms
from kiosk.calls.model import Presence, Refusal
from kiosk.citizen import words
from kiosk.readiness.verdicts import advices, codes, verdict_of
from kiosk.storage.database import writing
from kiosk.visits import results
from kiosk.visits.model import Visit
from tests.pages.citizen.conftest import Citizen, Room, plain

GOOD_NETWORK = {
    "loss_percent": 0.0,
    "rtt_ms": 31.5,
    "jitter_ms": 4.0,
    "up_kbps": 800.0,
    "down_kbps": 800.0,
}


def test_moving_is_told_to_the_agent(amina: Citizen, visit: Visit, context: Session):
    answer = amina.sends("etape", step="sound")

    context.refresh(visit)
    assert answer.get_json() == {"step": "sound"}
    assert visit.step == "sound"


def test_the_device_is_kept_without_what_we_did_not_ask_for(
    amina: Citizen, visit: Visit, context: Session
):
    amina.sends("appareil", kind="toaster", browser="Firefox 153\n" + "x" * 90, system=12, ip="1")

    context.refresh(visit)
    assert visit.device["kind"] == "unknown"
    assert visit.device["browser"].startswith("Firefox 153x")
    assert len(visit.device["browser"]) == 40
    assert visit.device["system"] == ""
    assert set(visit.device) == {"kind", "browser", "system"}


def test_a_good_check_is_praised_and_kept(amina: Citizen, visit: Visit, context: Session):
    answer = amina.sends("verification", check="network", figures=GOOD_NETWORK).get_json()

    context.refresh(visit)
    assert (answer["level"], answer["code"], answer["use"]) == ("good", "network.good", "video")
    assert answer["sentence"] == "Votre connexion est bonne."
    assert results.current(context, visit)["network"].figures == GOOD_NETWORK


def test_a_failed_check_lowers_what_is_used_says_so_and_leaves_the_door_open(
    amina: Citizen, visit: Visit, context: Session
):
    answer = amina.sends("verification", check="camera", error="denied").get_json()

    context.refresh(visit)
    assert (answer["level"], answer["use"]) == ("refused", "audio")
    assert "le son seulement" in answer["use_sentence"]
    assert results.current(context, visit).last_error == "camera.denied"
    assert amina.sends("frapper").get_json() == {"presence": "waiting"}


def test_the_least_that_any_check_left_is_what_remains(amina: Citizen):
    amina.sends("verification", check="microphone", error="denied")

    answer = amina.sends("verification", check="camera", error="not_found").get_json()

    assert answer["use"] == "phone"
    assert amina.state().get_json()["use"] == "phone"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("camera.denied", "camera.denied"),
        ("step.network", "step.network"),
        ("step.nowhere", "step.welcome"),
        ("<b>", "step.welcome"),
        ("", "step.welcome"),
    ],
)
def test_being_stuck_keeps_a_reason_we_know(
    amina: Citizen, visit: Visit, context: Session, sent: str, kept: str
):
    amina.sends("aide", reason=sent)

    context.refresh(visit)
    assert visit.stuck_since is not None
    assert visit.stuck_reason == kept
    assert amina.state().get_json()["stuck"] is True
    amina.sends("aide/fin")
    assert amina.state().get_json()["stuck"] is False


def test_a_conversation_is_read_in_the_order_it_was_written(
    amina: Citizen, visit: Visit, now: datetime, context: Session
):
    amina.sends("message", text=" Je ne trouve pas le bouton ")
    with writing(context):
        helping.say(context, visit, Author.AGENT, "En haut à gauche.", now=now)

    messages = amina.state().get_json()["messages"]

    assert [(each["author"], each["text"]) for each in messages] == [
        ("citizen", "Je ne trouve pas le bouton"),
        ("agent", "En haut à gauche."),
    ]


@pytest.mark.parametrize("typed", ["\u200b", "\u2800 \u3164", "\u202e", "\x07"])
def test_a_message_that_shows_nothing_is_empty(amina: Citizen, typed: str):
    assert amina.sends("message", text=typed).get_json()["error"]["code"] == "help.empty"


def test_a_message_does_not_turn_the_line_round(amina: Citizen):
    amina.sends("message", text="\u202ele code\x1b[31m\n\n\n\nest faux")

    [message] = amina.state().get_json()["messages"]
    assert message["text"] == "le code[31m\n\nest faux"


def test_a_name_is_cut_before_an_emoji_and_not_inside(amina: Citizen):
    answer = amina.sends("nom", name="a" * 79 + "👨\u200d👩\u200d👧")

    assert answer.get_json()["name"] == "a" * 79


def test_an_empty_message_is_refused_in_words(amina: Citizen):
    answer = amina.sends("message", text="   ")

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "help.empty"


@pytest.mark.parametrize(("typed", "kept"), [("Zoé  Petit", "Zoé Petit"), ("  ", "Amina Benali")])
def test_the_name_is_the_one_typed_or_the_one_we_know(
    amina: Citizen, visit: Visit, context: Session, typed: str, kept: str
):
    amina.sends("nom", name=typed)

    context.refresh(visit.participant)
    assert visit.participant.name == kept


def test_a_refusal_is_read_in_plain_words_and_one_may_knock_again(
    amina: Citizen, visit: Visit, now: datetime, context: Session
):
    amina.sends("frapper")
    with writing(context):
        ending.refuse(context, visit.participant, Refusal.AGENT_BUSY, ending.Connections(), now=now)

    state = amina.state().get_json()

    assert state["presence"] == "refused"
    assert state["refusal"]["code"] == "agent_busy"
    assert state["refusal"]["sentence"] == "Votre agent termine un autre rendez-vous."
    assert amina.sends("frapper").get_json() == {"presence": "waiting"}
    assert amina.state().get_json()["refusal"] is None


def test_the_state_is_told_only_when_it_changed(amina: Citizen):
    state = amina.state().get_json()

    same = amina.state(since=state["revision"])
    amina.sends("frapper")
    after = amina.state(since=state["revision"])

    assert same.status_code == 204
    assert after.get_json()["presence"] == "waiting"
    assert after.get_json()["agent"] == {"name": "Léa Martin"}


def test_who_is_in_the_call_is_named_and_who_only_waits_is_not(
    amina: Citizen, visit: Visit, now: datetime, context: Session
):
    room = visit.participant.room
    with writing(context):
        admission.admit(context, visit.participant, now=now)
        lea = participants.take_seat(context, room, agent_id=1, name="Léa Martin", now=now)
        waiting = participants.arrive(context, room, language="fr", now=now)
        participants.introduce(context, waiting, "Robert Delmas")

    names = amina.state().get_json()["names"]

    assert names == {str(visit.participant_id): "Amina Benali", str(lea.id): "Léa Martin"}


def test_a_sign_of_life_is_noted_and_wakes_nobody(
    amina: Citizen, visit: Visit, now: datetime, context: Session
):
    revision = amina.state().get_json()["revision"]

    with clock.fixed(now + timedelta(seconds=15)):
        answer = amina.sends("presence")

    context.refresh(visit.participant)
    assert answer.status_code == 204
    assert visit.participant.seen_at == now + timedelta(seconds=15)
    assert amina.state().get_json()["revision"] == revision


@pytest.mark.parametrize("body", [{}, {"echo": True}], ids=["asking", "as if to measure"])
def test_nobody_enters_the_call_before_they_are_let_in(amina: Citizen, body: dict[str, bool]):
    answer = amina.sends("media/offre", **body)

    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "lobby.not_admitted"


def test_a_media_process_that_is_down_is_said_and_the_path_goes_on(amina: Citizen):
    answer = amina.sends("media/offre?echo=1")

    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "media.unavailable"
    assert amina.sends("frapper").status_code == 200


def test_without_scripts_the_forms_of_the_page_lead_on(
    amina: Citizen, visit: Visit, context: Session
):
    token = amina.browser.token()

    stuck = amina.browser.post("/parcours/aide", data={"csrf_token": token, "reason": "step.name"})
    named = amina.browser.post("/parcours/nom", data={"csrf_token": token, "name": "Zoé"})

    context.refresh(visit)
    assert (stuck.status_code, stuck.location) == (303, "/parcours/bienvenue")
    assert (named.status_code, named.location) == (303, "/parcours/attente")
    assert visit.stuck_reason == "step.name"
    assert visit.participant.presence == Presence.ON_PATH


def test_whoever_finishes_leaves_no_way_back_for_the_next_person(
    amina: Citizen, visit: Visit, context: Session
):
    amina.sends("frapper")

    done = amina.browser.post("/parcours/terminer", data={"csrf_token": amina.browser.token()})

    context.refresh(visit.participant)
    assert (done.status_code, done.location) == (303, "/")
    assert visit.participant.presence == Presence.LEFT
    assert amina.browser.get("/parcours", inspect=False).location == "/?lost=1"


def test_every_verdict_and_every_refusal_has_its_words(app: Flask):
    with app.test_request_context():
        for code in codes():
            verdict = verdict_of(code)
            assert verdict is not None
            assert all(words.verdict(verdict))
        assert set(words.SENTENCES) == set(codes())
        assert set(words.ADVICE) == advices()
        for reason in Refusal:
            assert all(words.refusal(reason))


def test_the_room_is_named_nowhere_in_what_the_page_is_told(amina: Citizen, room: Room):
    answer = amina.state().text

    assert room.keys.token not in answer
    assert room.keys.password not in answer


def test_who_comes_to_a_locked_room_reads_it_with_the_telephone_and_cannot_knock(
    amina: Citizen, visit: Visit, context: Session, now: datetime
):
    with writing(context):
        rooms.lock(context, visit.participant.room, now=now)

    knocked = amina.sends("frapper")
    page = plain(amina.browser.get("/parcours/attente").text)

    assert (knocked.status_code, knocked.json["error"]["code"]) == (423, "lobby.locked")
    assert amina.state().json["locked"] is True
    assert "La salle est verrouillée pour le moment." in page
    assert "05 57 41 00 00" in page


def test_who_types_the_code_is_not_taken_for_whom_the_appointment_names(
    citizen: Citizen, room: Room, context: Session
):
    citizen.types(room.keys.code, room.keys.password)
    page = citizen.browser.get("/parcours/nom").text

    answer = citizen.sends("nom", name="")

    assert "Amina" not in page
    assert answer.json["name"] == ""
    assert context.query(Visit).one().participant.name == ""
