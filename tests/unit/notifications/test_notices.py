"""An event of an appointment withdraws what was queued before and queues what it calls for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.notifications import kinds, notices, queue
from kiosk.notifications.kind import Notice, Reaction
from kiosk.storage.database import writing

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def announce(session: Session, event: str, *, starts_at: datetime, version: int = 1) -> None:
    """Announce an event, at noon, of an appointment of half an hour."""
    notice = Notice(
        event=event,
        subject_type="appointment",
        subject_id=7,
        version=version,
        channel="sms",
        recipient="+33639980042",
        language="ar",
        starts_at=starts_at,
        ends_at=starts_at + 30 * MINUTE,
    )
    with writing(session):
        notices.announce(session, notice, now=NOON)


def queued(session: Session) -> dict[str, tuple[datetime, datetime]]:
    """Return when each waiting message is due and when it expires."""
    session.rollback()
    rows = [row for row in queue.about(session, "appointment", 7) if row.status == "queued"]
    return {row.kind.removeprefix("appointment_"): (row.due_at, row.expires_at) for row in rows}


def test_the_messages_of_a_booking_can_be_sent_until_the_appointment_ends(
    session: Session,
) -> None:
    announce(session, "booked", starts_at=NOON + 60 * MINUTE)

    assert queued(session) == {
        "confirmation": (NOON, NOON + 90 * MINUTE),
        "reminder": (NOON + 45 * MINUTE, NOON + 90 * MINUTE),
    }


def test_a_kind_that_is_not_needed_is_not_queued(session: Session) -> None:
    announce(session, "booked", starts_at=NOON + 15 * MINUTE)

    assert list(queued(session)) == ["reminder"]


def test_a_move_withdraws_the_reminder_of_the_former_hour(session: Session) -> None:
    announce(session, "booked", starts_at=NOON + 60 * MINUTE)
    announce(session, "moved", starts_at=NOON + 180 * MINUTE, version=2)

    assert {kind: due_at for kind, (due_at, _) in queued(session).items()} == {
        "moved": NOON,
        "reminder": NOON + 165 * MINUTE,
    }


def test_a_notice_about_an_appointment_that_is_over_can_be_sent_for_a_quarter_of_an_hour(
    session: Session,
) -> None:
    announce(session, "cancelled", starts_at=NOON - 60 * MINUTE)

    assert queued(session) == {"cancellation": (NOON, NOON + 15 * MINUTE)}


def test_a_queued_message_names_its_recipient_and_holds_only_a_version(session: Session) -> None:
    announce(session, "cancelled", starts_at=NOON + 60 * MINUTE, version=3)

    (row,) = queue.about(session, "appointment", 7)
    assert (row.channel, row.recipient, row.language) == ("sms", "+33639980042", "ar")
    assert row.payload == {"version": 3}


def test_an_event_that_no_kind_names_is_refused_and_withdraws_nothing(session: Session) -> None:
    announce(session, "booked", starts_at=NOON + 60 * MINUTE)

    with pytest.raises(kinds.UndeclaredEvent, match="boooked"):
        announce(session, "boooked", starts_at=NOON + 60 * MINUTE, version=2)

    assert set(queued(session)) == {"confirmation", "reminder"}


def test_a_kind_that_an_event_keeps_stays_queued(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(session, "booked", starts_at=NOON + 60 * MINUTE)
    keeping = {
        name: replace(kind, reactions={**kind.reactions, "noted": Reaction.KEEP})
        for name, kind in kinds.every().items()
    }
    confirmation = keeping["appointment_confirmation"]
    keeping["appointment_confirmation"] = replace(
        confirmation, reactions={**confirmation.reactions, "noted": Reaction.WITHDRAW}
    )
    monkeypatch.setattr(kinds, "every", lambda: keeping)

    announce(session, "noted", starts_at=NOON + 60 * MINUTE)

    assert set(queued(session)) == {"reminder"}
