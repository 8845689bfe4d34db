"""The delivery process (``python -m kiosk.run.delivery_worker``): sends what waits in the outbox.

Joins what may not know each other: the queue (SQL), the messaging engine, and the link of each
appointment, derived when its message leaves and never stored.
"""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from threading import Event, Thread

import structlog
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.appointments import invitations
from kiosk.appointments import store as appointments
from kiosk.calls.links import RoomKeys
from kiosk.language.catalogues import catalogue
from kiosk.messaging.composing import Composer
from kiosk.messaging.delivery import LEASE, Lane, Post, place
from kiosk.messaging.message import Channel, DeliveryFailed, Email, Facts, Parcel, Receipt, Sender
from kiosk.messaging.message import Sms as SmsMessage
from kiosk.messaging.senders import folder
from kiosk.messaging.senders.folder import FolderSender, outbox_folder
from kiosk.messaging.senders.sms_http import SmsGateway
from kiosk.messaging.senders.smtp import SmtpSender
from kiosk.run import retention
from kiosk.settings import ROOT, Settings
from kiosk.storage import outbox_leases
from kiosk.storage.database import Database, writing
from kiosk.storage.outbox_leases import Lease
from kiosk.web import logs

ENDING = (signal.SIGTERM, signal.SIGINT)
TIDIED_EVERY = timedelta(hours=1)
STOP_WITHIN_S = 2.0
"""A message still being sent after that is left to its lease: the next worker takes it over."""

log = structlog.get_logger()


class OutboxQueue:
    """The outbox, as the delivery loop wants it: each call is its own short session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, channel: Channel) -> Lease | None:
        """Lease the oldest due message."""
        with self._database.session() as session:
            leases = outbox_leases.claim_due(
                session, now=clock.now(), channel=channel, lease=LEASE, limit=1
            )
        return leases[0] if leases else None

    def sent(self, parcel: Lease, receipt: Receipt) -> None:
        """Record the receipt."""
        with self._database.session() as session:
            outbox_leases.mark_sent(
                session, parcel, now=clock.now(), provider_id=receipt.provider_id
            )
            _show(session, parcel)

    def failed(self, parcel: Lease, failure: DeliveryFailed) -> None:
        """Queue it again, or give up."""
        with self._database.session() as session:
            outbox_leases.mark_failed(
                session, parcel, now=clock.now(), code=failure.code, permanent=failure.permanent
            )
            _show(session, parcel)

    def dropped(self, parcel: Lease, code: str) -> None:
        """Cancel it."""
        with self._database.session() as session:
            outbox_leases.mark_dropped(session, parcel, now=clock.now(), code=code)


def _show(session: Session, parcel: Lease) -> None:
    # The agent's page asks for what changed at least every 25 s (decision 0021): a message that
    # failed is seen while there is still time to phone.
    with writing(session):
        appointment = appointments.by_id(session, parcel.subject_of)
        if appointment is not None:
            appointments.announce(session, appointment)


class Delivery:
    """Everything the process holds: database, senders, one lane a channel."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.sqlalchemy_url)
        self._keys = RoomKeys(settings.secret_key.get_secret_value())
        self.stop = Event()
        post = Post(
            composer=composer(settings),
            facts_of=self.facts_of,
            mail=mail_sender(settings),
            sms=sms_sender(settings),
        )
        queue = OutboxQueue(self._database)
        self.lanes = [Lane(channel, queue, post, self.stop) for channel in Channel]

    def facts_of(self, parcel: Parcel) -> Facts | None:
        """Read what the message may say now; None when the appointment has changed since."""
        with self._database.session() as session:
            values = invitations.values_of(
                session, self._keys, parcel.subject_of, public_url=self._settings.public_url
            )
        if values is None or values.version != parcel.payload.get("version"):
            return None
        return values

    def run(self) -> None:
        """Deliver until SIGTERM or SIGINT; the message in hand is finished first.

        Call it from the main thread, before there are others: they inherit that signals are
        blocked, so that one arrives here only, between two naps, and never inside a lock.
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
        """Give the database's connections back."""
        self._database.close()

    def tidy(self) -> None:
        """Forget what has been kept long enough (decision 0006)."""
        try:
            with self._database.session() as session:
                retention.apply(session, now=clock.now())
            deleted = folder.tidy(outbox_folder(self._settings.instance_dir), now=clock.now())
        except Exception as error:
            # Tidying can wait an hour; sending cannot wait for it.
            log.error("delivery.not_tidied", error=type(error).__name__, at=place(error))
            return
        log.info("delivery.tidied", files=deleted)


def composer(settings: Settings) -> Composer:
    """Return the composer of this installation."""
    return Composer(
        templates=ROOT / "kiosk" / "templates" / "messages",
        sentences=catalogue,
        mail_from=settings.mail_from,
    )


def mail_sender(settings: Settings) -> Sender[Email]:
    """Return the mail server's door, or the folder where none is configured."""
    if settings.smtp_url:
        return SmtpSender(settings.smtp_url, settings.mail_from)
    return FolderSender(outbox_folder(settings.instance_dir))


def sms_sender(settings: Settings) -> Sender[SmsMessage]:
    """Return the gateway's door, or the folder where none is configured."""
    if settings.sms_gateway_url:
        return SmsGateway(settings.sms_gateway_url, settings.sms_gateway_token.get_secret_value())
    return FolderSender(outbox_folder(settings.instance_dir))


def run_delivery(settings: Settings) -> None:
    """Run the delivery process until it is told to end."""
    logs.configure(settings.log_level)
    Delivery(settings).run()


if __name__ == "__main__":
    run_delivery(Settings())
