"""Each kind of message carries what it declares, is sent when it says, and can be composed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.appointments.invitations import SUBJECT_TYPE, InvitationValues
from kiosk.notifications import kinds
from kiosk.notifications.kind import Kind, Notice, reactions
from kiosk.settings import ROOT

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
SECRETS = {"join_url", "room_code", "password"}
TEMPLATES = ROOT / "kiosk" / "templates" / "messages"


def notice(event: str, starts_at: datetime) -> Notice:
    return Notice(
        event=event,
        subject_type=SUBJECT_TYPE,
        subject_id=7,
        version=1,
        channel="email",
        recipient="robert@exemple.fr",
        language="fr",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
    )


EVERY_APPOINTMENT_HAS = {
    "appointment_confirmation",
    "appointment_moved",
    "appointment_cancellation",
    "appointment_reminder",
}
"""The kinds whose hours are tested here; a kind added later brings its own tests."""


def sent(event: str, *, starts_in: timedelta) -> dict[str, timedelta]:
    """Return the kinds that an event at noon sends, each with how long after noon."""
    about = notice(event, NOON + starts_in)
    due = {
        name: kind.due_at(about, NOON) for name, kind in kinds.sent_on("appointment", event).items()
    }
    return {
        name: at - NOON
        for name, at in due.items()
        if at is not None and name in EVERY_APPOINTMENT_HAS
    }


def test_only_the_reminder_has_fields_for_what_opens_the_room() -> None:
    secrets_of = {
        name: SECRETS & {field.name for field in fields(kind.facts)}
        for name, kind in kinds.every().items()
    }

    assert secrets_of.pop("appointment_reminder") == SECRETS
    assert set(secrets_of) >= {
        "appointment_confirmation",
        "appointment_moved",
        "appointment_cancellation",
    }
    assert not any(secrets_of.values())


def test_the_secrets_of_a_reminder_do_not_appear_in_its_repr() -> None:
    secret = {
        field.name
        for field in fields(kinds.every()["appointment_reminder"].facts)
        if not field.repr
    }

    assert secret == SECRETS


@pytest.mark.parametrize("name", sorted(kinds.every()))
def test_a_kind_has_a_folder_of_templates(name: str) -> None:
    files = {path.name for path in (TEMPLATES / name).iterdir()}

    assert files == {"name.txt", "subject.txt", "body.txt", "body.html", "sms.txt"}


def test_a_folder_of_templates_has_a_kind() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}

    assert folders == set(kinds.every())


def test_the_owner_of_appointments_knows_every_fact_that_their_messages_state() -> None:
    known = {field.name for field in fields(InvitationValues)}
    stated = {
        field.name
        for kind in kinds.every().values()
        if kind.subject_type == SUBJECT_TYPE
        for field in fields(kind.facts)
    }

    assert stated <= known


def test_a_booking_is_confirmed_now_and_the_link_is_due_exactly_a_quarter_of_an_hour_before() -> (
    None
):
    assert sent("booked", starts_in=timedelta(hours=2)) == {
        "appointment_confirmation": timedelta(),
        "appointment_reminder": timedelta(hours=1, minutes=45),
    }


def test_a_second_before_the_link_is_due_both_are_sent() -> None:
    assert sent("booked", starts_in=QUARTER + SECOND) == {
        "appointment_confirmation": timedelta(),
        "appointment_reminder": SECOND,
    }


@pytest.mark.parametrize("starts_in", [QUARTER, QUARTER - SECOND, timedelta(), -SECOND])
def test_from_the_instant_at_which_the_link_is_due_it_is_the_only_message(
    starts_in: timedelta,
) -> None:
    assert sent("booked", starts_in=starts_in) == {"appointment_reminder": timedelta()}
    assert sent("moved", starts_in=starts_in) == {"appointment_reminder": timedelta()}


def test_a_move_is_announced_as_a_booking_is() -> None:
    assert sent("moved", starts_in=timedelta(hours=1)) == {
        "appointment_moved": timedelta(),
        "appointment_reminder": timedelta(minutes=45),
    }


def test_a_cancellation_sends_one_message_now_at_any_hour() -> None:
    for starts_in in (timedelta(days=3), timedelta(minutes=5), timedelta(minutes=-20)):
        assert sent("cancelled", starts_in=starts_in) == {"appointment_cancellation": timedelta()}


def kind_with(**said: Any) -> Kind:
    """Return a kind about appointments that reacts as said."""
    usual = kinds.every()["appointment_reminder"]
    return replace(usual, reactions=reactions(**said))


def test_every_kind_says_what_each_event_of_its_subject_does_to_it() -> None:
    for kind in kinds.every().values():
        others = [one for one in kinds.every().values() if one.subject_type == kind.subject_type]
        assert all(set(kind.reactions) == set(one.reactions) for one in others)


def test_a_new_event_is_refused_until_every_kind_names_it() -> None:
    reminder = kind_with(send=["booked"], withdraw=["cancelled"])
    newcomer = kind_with(send=["partner_added"], withdraw=["cancelled"], keep=["booked"])

    with pytest.raises(kinds.UndeclaredEvent, match="reminder does not name.*partner_added"):
        kinds.checked({"reminder": reminder, "newcomer": newcomer})

    complete = kind_with(send=["booked"], withdraw=["cancelled"], keep=["partner_added"])
    assert kinds.checked({"reminder": complete, "newcomer": newcomer})


def test_an_event_has_one_reaction() -> None:
    with pytest.raises(ValueError, match="one reaction"):
        reactions(send=["booked"], keep=["booked"])


def test_an_event_of_another_type_of_subject_sends_nothing() -> None:
    assert kinds.sent_on("account", "booked") == {}


def test_an_unknown_kind_does_not_open_the_room() -> None:
    assert kinds.opens_the_room("appointment_reminder")
    assert not kinds.opens_the_room("appointment_confirmation")
    assert not kinds.opens_the_room("of_long_ago")
