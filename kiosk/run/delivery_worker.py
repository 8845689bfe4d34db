"""The delivery process (``python -m kiosk.run.delivery_worker``): sends what the queue holds.

Joins the parts that must not import each other: the message queue, the senders, and the owner of
each type of subject, which derives the link when a message is sent.
"""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import structlog

from kiosk import clock
from kiosk.appointments import invitations
from kiosk.calls.links import RoomKeys
from kiosk.houses import invitations as account_invitations
from kiosk.houses.account_links import AccountKeys
from kiosk.language.catalogues import catalogue
from kiosk.messaging.composing import Composer
from kiosk.messaging.message import Channel, Email, Facts, Sender, Sms
from kiosk.messaging.senders import folder
from kiosk.messaging.senders.folder import FolderSender, outbox_folder
from kiosk.messaging.senders.sms_http import SmsGateway
from kiosk.messaging.senders.smtp import SmtpSender
from kiosk.notifications import subjects
from kiosk.notifications.delivery import Lane, LeasedQueue, Post, place
from kiosk.notifications.leases import Lease
from kiosk.run import erasures, retention
from kiosk.run.erasures import ErasureLog
from kiosk.run.set_up import settings_or_exit
from kiosk.run.upkeep import kept
from kiosk.settings import ROOT, Settings
from kiosk.storage.database import Database
from kiosk.system.heartbeats import Heartbeats
from kiosk.web import logs

ENDING = (signal.SIGTERM, signal.SIGINT)
TIDIED_EVERY = timedelta(hours=1)
STOP_WITHIN_S = 2.0
"""A message still being sent after that keeps its lease; the next worker leases it again."""

log = structlog.get_logger()


class Delivery:
    """Everything the process holds: database, senders, one lane a channel."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.sqlalchemy_url)
        self._subjects = subject_owners(settings)
        self.stop = Event()
        post = Post(
            composer=composer(settings),
            facts_of=self.facts_of,
            mail=mail_sender(settings),
            sms=sms_sender(settings),
        )
        queue = LeasedQueue(self._database, self._subjects)
        self._heartbeats = Heartbeats(settings.instance_dir)
        self.lanes = [
            Lane(channel, queue, post, self.stop, partial(self._heartbeats.beat, channel))
            for channel in Channel
        ]

    def facts_of(self, lease: Lease) -> Facts | None:
        """Read what the message says now; None when its subject has changed since."""
        with self._database.session() as session:
            return subjects.facts_of(session, self._subjects, lease)

    def run(self) -> None:
        """Deliver until SIGTERM or SIGINT; the message being sent is finished first.

        Call it from the main thread, before any other is started: other threads inherit the
        blocked signals, so a signal is received here only and never while a lock is held.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        threads = [Thread(target=lane.run, name=lane.channel, daemon=True) for lane in self.lanes]
        for thread in threads:
            thread.start()
        log.info("delivery.open", lanes=[str(lane.channel) for lane in self.lanes])
        self.tidy()
        while signal.sigtimedwait(ENDING, TIDIED_EVERY.total_seconds()) is None:
            self.tidy()
        self.stop.set()
        patience = time.monotonic() + STOP_WITHIN_S
        for thread in threads:
            thread.join(max(0.0, patience - time.monotonic()))
        self.close()
        log.info("delivery.closed")

    def close(self) -> None:
        """Close the database's connections."""
        self._database.close()

    def tidy(self) -> None:
        """Apply the retention rules (decision 0006)."""
        now, instance = clock.now(), self._settings.instance_dir
        log_of_erasures = ErasureLog(
            instance / erasures.FILE, self._settings.secret_key.get_secret_value()
        )
        try:
            with self._database.session() as session:
                retention.apply(session, now=now, log=log_of_erasures)
            log_of_erasures.tidy(now=now)
            kept.tidy(instance, now=now)
            deleted = folder.tidy(outbox_folder(instance), now=now)
        except Exception as error:
            # Tidying is tried again in an hour; sending must go on meanwhile.
            log.error("delivery.not_tidied", error=type(error).__name__, at=place(error))
            return
        self._heartbeats.beat(retention.HEARTBEAT)
        log.info("delivery.tidied", files=deleted)


def subject_owners(settings: Settings) -> subjects.Subjects:
    """Return the owners of what messages can be about, by type."""
    secret, url = settings.secret_key.get_secret_value(), settings.public_url
    links = account_invitations.AccountLinkSubject(AccountKeys(secret), url)
    return {
        invitations.SUBJECT_TYPE: invitations.AppointmentSubject(RoomKeys(secret), url),
        account_invitations.SUBJECT_TYPE: links,
    }


def composer(settings: Settings) -> Composer:
    """Return the composer of this installation."""
    return Composer(
        templates=ROOT / "kiosk" / "templates" / "messages",
        sentences=catalogue,
        mail_from=settings.mail_from,
    )


def mail_sender(settings: Settings) -> Sender[Email]:
    """Return the sender for the mail server, or for the outbox folder where none is configured."""
    if settings.smtp_url:
        return SmtpSender(settings.smtp_url, settings.mail_from)
    return FolderSender(outbox_folder(settings.instance_dir))


def sms_sender(settings: Settings) -> Sender[Sms]:
    """Return the sender for the gateway, or for the outbox folder where none is configured."""
    if settings.sms_gateway_url:
        return SmsGateway(settings.sms_gateway_url, settings.sms_gateway_token.get_secret_value())
    return FolderSender(outbox_folder(settings.instance_dir))


def run_delivery(settings: Settings) -> None:
    """Run the delivery process until it receives a signal to end."""
    logs.configure(settings.log_level)
    Delivery(settings).run()


if __name__ == "__main__":
    run_delivery(settings_or_exit())
