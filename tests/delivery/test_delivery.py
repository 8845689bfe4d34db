"""From a booking to the citizen's mailbox: through the real database, worker, SMTP and gateway."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import structlog

from kiosk import clock
from kiosk.appointments.model import Appointment
from kiosk.calls.links import RoomKeys
from kiosk.messaging.message import Channel
from kiosk.messaging.senders import folder
from kiosk.notifications import queue
from kiosk.notifications.delivery import LEASE
from kiosk.notifications.model import QueuedMessage, Status
from kiosk.run.delivery_worker import Delivery
from kiosk.settings import ROOT, Settings
from kiosk.storage import revisions
from kiosk.storage.database import Database, writing
from tests.drivers.counterparts import Mailbox, sms_gateway, wait_until

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
AT_TWO = NOON + timedelta(hours=2)
REMINDER_TIME = AT_TWO - timedelta(minutes=15)

Book = Callable[..., int]


@pytest.fixture
def delivery(settings: Settings, database: Database) -> Iterator[Delivery]:
    delivery = Delivery(settings)
    yield delivery
    delivery.close()


def deliver(delivery: Delivery, at: datetime) -> int:
    """Run every lane until nothing is due; return how many messages were settled."""
    with clock.fixed(at):
        return sum(1 for lane in delivery.lanes for _ in iter(lane.step, False))


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(mime["Subject"]).replace("\u00a0", " ") for mime in mailbox.arrived]


def link_in(mailbox: Mailbox) -> str:
    text = mailbox.arrived[-1].get_body(("plain",))
    found = re.search(
        r"^https://visio\.exemple\.fr/rdv#(\S+)\s*$", text.get_content(), re.MULTILINE
    )
    assert found
    return found[1]


def row(database: Database, kind: str) -> QueuedMessage:
    with database.session() as session:
        (found,) = [each for each in queue.recent(session) if each.kind == f"appointment_{kind}"]
        return found


def test_the_link_is_sent_exactly_a_quarter_of_an_hour_before_and_opens_the_room(
    delivery: Delivery, database: Database, keys: RoomKeys, mailbox: Mailbox, book: Book
) -> None:
    appointment_id = book(AT_TWO, now=NOON)

    deliver(delivery, NOON)
    at_booking = subjects(mailbox)
    deliver(delivery, REMINDER_TIME - timedelta(seconds=1))
    just_before = len(mailbox.arrived)
    deliver(delivery, REMINDER_TIME)

    assert at_booking == ["Votre rendez-vous en visio : jeudi 26 novembre 2026 à 15 h"]
    assert just_before == 1
    assert subjects(mailbox)[1:] == ["Le lien de votre rendez-vous en visio, à 15 h"]
    with database.session() as session:
        appointment = session.get(Appointment, appointment_id)
        assert appointment is not None
        token = keys.of(appointment.room).token
    assert link_in(mailbox) == token
    assert row(database, "reminder").status == Status.SENT


def test_neither_link_nor_reason_is_ever_written_to_the_message_queue(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book
) -> None:
    book(AT_TWO, now=NOON)
    deliver(delivery, REMINDER_TIME)

    with database.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM outbox_message").fetchall())

    assert link_in(mailbox) not in rows
    assert "logement" not in rows
    assert not [mime for mime in mailbox.arrived if "logement" in mime.as_string()]


def test_a_move_is_announced_and_only_the_new_reminder_is_sent(
    delivery: Delivery, mailbox: Mailbox, book: Book, move: Callable[..., None]
) -> None:
    appointment_id = book(AT_TWO, now=NOON)
    deliver(delivery, NOON)

    move(appointment_id, timedelta(hours=1), now=NOON)
    for quarter in range(13):
        deliver(delivery, NOON + quarter * timedelta(minutes=15))

    assert [re.sub(r".*: |, à .*", "", subject) for subject in subjects(mailbox)] == [
        "jeudi 26 novembre 2026 à 15 h",
        "jeudi 26 novembre 2026 à 16 h",
        "Le lien de votre rendez-vous en visio",
    ]
    assert subjects(mailbox)[2].endswith("à 16 h")


def test_a_cancelled_appointment_sends_its_notice_and_no_link(
    delivery: Delivery, mailbox: Mailbox, book: Book, cancel: Callable[..., None]
) -> None:
    appointment_id = book(AT_TWO, now=NOON)
    deliver(delivery, NOON)

    cancel(appointment_id, now=NOON)
    deliver(delivery, NOON)
    deliver(delivery, REMINDER_TIME)

    assert [subject.partition(" : ")[0] for subject in subjects(mailbox)] == [
        "Votre rendez-vous en visio",
        "Rendez-vous annulé",
    ]


def test_a_reminder_leased_just_before_a_move_is_not_sent(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book, move: Callable[..., None]
) -> None:
    appointment_id = book(AT_TWO, now=NOON)
    deliver(delivery, NOON)
    lane = delivery.lanes[0]
    with clock.fixed(REMINDER_TIME):
        parcel = lane.queue.claim(Channel.EMAIL)
        assert parcel is not None

        move(appointment_id, timedelta(days=1), now=REMINDER_TIME)
        lane.settle(parcel)

    assert len(mailbox.arrived) == 1
    with database.session() as session:
        assert session.get_one(QueuedMessage, parcel.id).status == Status.CANCELLED


def test_after_an_outage_the_message_is_sent_once_with_the_same_message_id(
    delivery: Delivery, mailbox: Mailbox, book: Book
) -> None:
    mailbox.answers = ["451 Try later", "421 Going down"]
    book(AT_TWO, now=NOON)

    for minute in range(5):
        deliver(delivery, NOON + timedelta(minutes=minute))

    tries = [mime["Message-ID"] for mime in mailbox.arrived]
    assert len(tries) == 3
    assert len(set(tries)) == 1


def test_an_unknown_address_is_shown_to_the_agent_and_not_tried_again(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book
) -> None:
    mailbox.to_recipients = "550 No such person"
    book(AT_TWO, now=NOON)
    with database.session() as session:
        before = revisions.current(session, "house:1")

    deliver(delivery, NOON)
    deliver(delivery, NOON + timedelta(minutes=20))

    failed = row(database, "confirmation")
    with database.session() as session:
        assert revisions.current(session, "house:1") > before
    assert (failed.status, failed.last_error, failed.attempts) == (Status.FAILED, "smtp.550", 1)


def test_a_reminder_is_never_sent_after_the_appointment(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book
) -> None:
    book(AT_TWO, now=NOON)
    deliver(delivery, NOON)

    deliver(delivery, AT_TWO + timedelta(minutes=30))

    assert len(mailbox.arrived) == 1
    assert row(database, "reminder").status == Status.EXPIRED


def test_until_the_last_second_of_the_appointment_a_late_reminder_is_sent(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book
) -> None:
    book(AT_TWO, now=NOON)
    deliver(delivery, NOON)

    deliver(delivery, AT_TWO + timedelta(minutes=30) - timedelta(seconds=1))

    assert len(mailbox.arrived) == 2
    assert row(database, "reminder").status == Status.SENT


def test_a_late_cancellation_can_be_sent_for_a_quarter_of_an_hour(
    delivery: Delivery,
    database: Database,
    mailbox: Mailbox,
    book: Book,
    cancel: Callable[..., None],
) -> None:
    over = AT_TWO + timedelta(minutes=40)
    cancel(book(AT_TWO, now=NOON), now=over)

    too_late = row(database, "cancellation").expires_at
    deliver(delivery, too_late - timedelta(seconds=1))

    assert too_late == over + timedelta(minutes=15)
    assert [subject.partition(" : ")[0] for subject in subjects(mailbox)] == ["Rendez-vous annulé"]


def test_a_message_that_cannot_be_written_does_not_stop_the_next(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book
) -> None:
    appointment_id = book(AT_TWO, now=NOON)
    with database.session() as session, writing(session):
        strange = queue.NewMessage(
            dedup_key="appointment:1:strange:v1",
            kind="appointment_strange",
            channel="email",
            recipient="amina@exemple.fr",
            language="fr",
            subject_type="appointment",
            subject_id=appointment_id,
            due_at=NOON - timedelta(hours=1),
            expires_at=AT_TWO,
            payload={"version": 1},
        )
        queue.enqueue(session, strange, now=NOON)

    with structlog.testing.capture_logs() as lines:
        deliver(delivery, NOON)

    assert len(mailbox.arrived) == 1
    assert row(database, "strange").last_error == "message.unwritable"
    assert "amina" not in str(lines).lower()


def test_logs_name_messages_by_their_id_alone(
    delivery: Delivery, database: Database, mailbox: Mailbox, book: Book
) -> None:
    mailbox.answers = ["451 amina@exemple.fr is over quota"]
    book(AT_TWO, now=NOON)

    with structlog.testing.capture_logs() as lines:
        for at in (NOON, NOON + timedelta(minutes=1), REMINDER_TIME):
            deliver(delivery, at)

    secrets = [link_in(mailbox), "amina", "Sainte-Foy", "confirmation", "reminder"]
    assert [line["event"] for line in lines] == [
        "delivery.failed",
        "delivery.sent",
        "delivery.sent",
    ]
    assert [line["id"] for line in lines] == [1, 1, 2]
    assert not [secret for secret in secrets if secret.lower() in str(lines).lower()]


def test_a_mail_server_that_hangs_does_not_hold_up_an_sms(
    settings: Settings, database: Database, book: Book
) -> None:
    with socket.socket() as silent, sms_gateway() as gateway:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        changes: dict[str, Any] = {
            "smtp_url": f"smtp://127.0.0.1:{silent.getsockname()[1]}",
            "sms_gateway_url": gateway.url,
        }
        delivery = Delivery(settings.model_copy(update=changes))
        book(AT_TWO, now=NOON)
        book(AT_TWO, now=NOON, channel="sms", phone="+33639980042")
        with clock.fixed(NOON):
            threads = [Thread(target=lane.step) for lane in delivery.lanes]
            for thread in threads:
                thread.start()

            wait_until(lambda: bool(gateway.taken))

            assert threads[0].is_alive()
            silent.accept()[0].close()
            for thread in threads:
                thread.join()
        delivery.close()

    ((_, body),) = gateway.taken
    assert body["to"] == "+33639980042"
    assert "France services Sainte-Foy" in body["text"]


def test_without_any_server_messages_are_written_to_the_outbox_folder(
    settings: Settings, database: Database, book: Book
) -> None:
    delivery = Delivery(settings.model_copy(update={"smtp_url": ""}))
    book(AT_TWO, now=NOON)
    book(AT_TWO, now=NOON, channel="sms", phone="+33639980042")

    deliver(delivery, NOON)
    delivery.close()

    seen = folder.newest(settings.instance_dir / "outbox")
    assert {each.recipient for each in seen} == {"amina@exemple.fr", "+33639980042"}


def test_an_appointment_on_paper_sends_no_message(
    delivery: Delivery, database: Database, book: Book
) -> None:
    book(AT_TWO, now=NOON, channel="paper", phone="")

    assert deliver(delivery, REMINDER_TIME) == 0


WORKER = f"""
from datetime import datetime
from kiosk import clock
from kiosk.run.delivery_worker import run_delivery
from kiosk.settings import Settings

with clock.fixed(datetime.fromisoformat("{NOON.isoformat()}")):
    run_delivery(Settings())
"""


def worker(settings: Settings) -> subprocess.Popen[str]:
    """Start the delivery process, for which it is noon."""
    environment = {
        **os.environ,
        "KIOSK_SECRET_KEY": settings.secret_key.get_secret_value(),
        "KIOSK_INSTANCE_DIR": str(settings.instance_dir),
        "KIOSK_DATABASE_URL": settings.database_url,
        "KIOSK_BASE_URL": settings.base_url,
        "KIOSK_SMTP_URL": settings.smtp_url,
        "KIOSK_MAIL_FROM": settings.mail_from,
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_process_delivers_and_ends_cleanly_on_sigterm(
    settings: Settings, database: Database, mailbox: Mailbox, book: Book
) -> None:
    book(NOON + timedelta(minutes=10), now=NOON)
    process = worker(settings)
    try:
        wait_until(lambda: len(mailbox.arrived) == 1)

        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=15)
    finally:
        process.kill()

    assert process.returncode == 0
    assert "delivery.closed" in said
    assert "amina" not in said.lower()
    assert link_in(mailbox) not in said


def test_a_message_leased_by_a_killed_process_is_sent_by_the_next_one(
    settings: Settings, database: Database, delivery: Delivery, mailbox: Mailbox, book: Book
) -> None:
    book(NOON + timedelta(days=1), now=NOON)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        stuck = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        process = worker(settings.model_copy(update={"smtp_url": stuck}))
        try:
            silent.settimeout(60)
            in_hand, _ = silent.accept()
        finally:
            process.kill()
            process.communicate(timeout=15)
        in_hand.close()

    too_early = deliver(delivery, NOON + LEASE - timedelta(seconds=1))
    taken_over = deliver(delivery, NOON + LEASE)

    assert (too_early, taken_over) == (0, 1)
    assert row(database, "confirmation").attempts == 2
    assert len(mailbox.arrived) == 1
