"""Messages queued and sent before messages had a subject type and receipts keep their meaning."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from kiosk.notifications import queue, receipts
from kiosk.notifications.model import Outcome
from kiosk.storage import schema
from kiosk.storage.database import Database, writing

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

OLD_MESSAGES = """
INSERT INTO outbox_message (id, dedup_key, reference, kind, channel, recipient, language,
    subject_of, created_at, due_at, expires_at, payload, status, attempts, provider_id, sent_at)
VALUES
    (1, 'appointment:7:confirmation:v1', 'a', 'appointment.confirmation', 'email', 'r@e.fr', 'fr',
        7, :now, :now, :now, '{}', 'sent', 1, '4F1', :now),
    (2, 'appointment:7:reminder:v1', 'b', 'appointment.reminder', 'email', 'r@e.fr', 'fr',
        7, :now, :now, :now, '{"version": 1}', 'queued', 0, NULL, NULL)
"""


def write_old_messages(url: str) -> None:
    schema.upgrade(url, to="0002")
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text(OLD_MESSAGES), {"now": NOON.replace(tzinfo=None)})
    database.close()


def test_after_the_upgrade_each_message_has_its_subject_kind_and_receipt(
    empty_database: str,
) -> None:
    write_old_messages(empty_database)

    schema.upgrade(empty_database)

    database = Database(empty_database)
    with database.session() as session:
        sent, waiting = queue.about(session, "appointment", 7)
        (receipt,) = receipts.of(session, sent.id)
        assert (sent.kind, sent.status) == ("appointment_confirmation", "sent")
        assert (waiting.kind, waiting.payload) == ("appointment_reminder", {"version": 1})
        assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, "4F1")
        assert receipt.at == sent.sent_at
        assert receipts.of(session, waiting.id) == []
    database.close()


def test_a_message_queued_before_the_upgrade_can_be_withdrawn(empty_database: str) -> None:
    write_old_messages(empty_database)
    schema.upgrade(empty_database)

    database = Database(empty_database)
    with database.session() as session, writing(session):
        withdrawn = queue.withdraw(session, "appointment", 7, now=NOON)
    database.close()

    assert withdrawn == 1


def test_walking_back_gives_the_old_columns_and_kinds_again(empty_database: str) -> None:
    write_old_messages(empty_database)
    schema.upgrade(empty_database)

    schema.downgrade(empty_database, "0002")

    database = Database(empty_database)
    with database.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT kind, subject_of, provider_id FROM outbox_message ORDER BY id")
        ).all()
    database.close()
    assert [tuple(row) for row in rows] == [
        ("appointment.confirmation", 7, "4F1"),
        ("appointment.reminder", 7, None),
    ]
