"""The delivery loop: leases what is due, composes it, sends it and records the outcome.

One lane a channel, each in its own thread: a mail server that hangs never delays an SMS. One bad
message never stops the others. Logs name a message by its id alone.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.messaging.composing import Composer
from kiosk.messaging.message import Accepted, Channel, DeliveryFailed, Email, Facts, Sender, Sms
from kiosk.notifications import leases
from kiosk.notifications.leases import Lease
from kiosk.notifications.subjects import Subjects
from kiosk.storage.database import Database, writing

LEASE = timedelta(minutes=4)
"""Longer than the slowest sending: the deadline of a conversation by SMTP is 170 seconds."""

IDLE_S = 1.0
RECORDING_TRIES = 5

log = structlog.get_logger()


class Stale(Exception):
    """The message's subject was changed or erased since the message was queued."""


class LeasedQueue:
    """The message queue as the loop uses it: each call is a short session of its own.

    After each outcome the subject's pages are announced, so that an agent sees a message that
    failed while there is still time to phone.
    """

    def __init__(self, database: Database, subjects: Subjects) -> None:
        self._database = database
        self._subjects = subjects

    def claim(self, channel: Channel) -> Lease | None:
        """Lease the oldest due message for :data:`LEASE`; None when none is due."""
        with self._database.session() as session:
            found = leases.claim_due(session, now=clock.now(), channel=channel, lease=LEASE)
        return next(iter(found), None)

    def sent(self, lease: Lease, accepted: Accepted) -> None:
        """Record that the provider took it."""
        with self._database.session() as session:
            leases.mark_sent(
                session,
                lease,
                now=clock.now(),
                provider_id=accepted.provider_id,
                kept_here=accepted.kept_here,
            )
            self._announce(session, lease)

    def failed(self, lease: Lease, failure: DeliveryFailed) -> None:
        """Queue it again, or give up."""
        with self._database.session() as session:
            now, code = clock.now(), failure.code
            leases.mark_failed(session, lease, now=now, code=code, permanent=failure.permanent)
            self._announce(session, lease)

    def dropped(self, lease: Lease, code: str) -> None:
        """Cancel it."""
        with self._database.session() as session:
            leases.mark_dropped(session, lease, now=clock.now(), code=code)
            self._announce(session, lease)

    def _announce(self, session: Session, lease: Lease) -> None:
        subject = self._subjects.get(lease.subject_type)
        if subject is not None:
            with writing(session):
                subject.announce(session, lease.subject_id)


@dataclass(frozen=True, slots=True)
class Post:
    """Composes and sends one message.

    ``facts_of`` reads what is true at this moment, the link included; None means that the message
    is no longer true.
    """

    composer: Composer
    facts_of: Callable[[Lease], Facts | None]
    mail: Sender[Email]
    sms: Sender[Sms]

    def deliver(self, lease: Lease) -> Accepted:
        """Send it; raise Stale or DeliveryFailed."""
        facts = self.facts_of(lease)
        if facts is None:
            raise Stale
        message = self._compose(lease, facts)
        if isinstance(message, Email):
            return self.mail.send(message)
        return self.sms.send(message)

    def _compose(self, lease: Lease, facts: Facts) -> Email | Sms:
        try:
            if lease.channel == Channel.EMAIL:
                return self.composer.email(lease, facts, now=clock.now())
            return self.composer.sms(lease, facts)
        except Exception as error:
            # A template that fails now fails in a minute too.
            log.error("message.unwritable", id=lease.id, **_fault(error))
            raise DeliveryFailed("message.unwritable", permanent=True) from error


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel's loop, in a thread of its own."""

    channel: Channel
    queue: LeasedQueue
    post: Post
    stop: Event
    answered: Callable[[], None] = lambda: None
    """Called each time the queue has answered: the channel is at work."""

    def run(self) -> None:
        """Deliver until ``stop`` is set; the message being sent is finished first."""
        while not self.stop.is_set():
            if not self.step():
                self.stop.wait(IDLE_S)

    def step(self) -> bool:
        """Deliver one message; return False when none was due or the queue did not answer."""
        try:
            lease = self.queue.claim(self.channel)
        except Exception as error:
            log.error("delivery.queue_unreachable", channel=self.channel, **_fault(error))
            return False
        self.answered()
        if lease is None:
            return False
        self.settle(lease)
        return True

    def settle(self, lease: Lease) -> None:
        """Send a leased message and record the outcome; raises nothing."""
        self._record(self._deliver(lease))

    def _deliver(self, lease: Lease) -> Callable[[], None]:
        """Send a leased message; return how to record the outcome."""
        about = {"id": lease.id, "attempt": lease.attempt}
        try:
            accepted = self.post.deliver(lease)
        except Stale:
            log.info("delivery.dropped", **about)
            return partial(self.queue.dropped, lease, "message.stale")
        except DeliveryFailed as failure:
            log.warning("delivery.failed", error=failure.code, final=failure.permanent, **about)
            return partial(self.queue.failed, lease, failure)
        except Exception as error:
            log.error("delivery.unexpected", **about, **_fault(error))
            again = DeliveryFailed("delivery.unexpected", permanent=False)
            return partial(self.queue.failed, lease, again)
        log.info("delivery.sent", **about)
        return partial(self.queue.sent, lease, accepted)

    def _record(self, record: Callable[[], None]) -> None:
        # A message that was sent but is not recorded would be sent again: worth a few tries.
        for _ in range(RECORDING_TRIES):
            try:
                return record()
            except Exception as error:
                log.error("delivery.not_recorded", channel=self.channel, **_fault(error))
                self.stop.wait(IDLE_S)
        return None


def place(error: BaseException) -> str:
    """Return ``file.py:line`` where an error rose; its text may hold an address: never log it."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return next((f"{Path(frame.filename).name}:{frame.lineno}" for frame in last), "")


def _fault(error: BaseException) -> dict[str, str]:
    return {"error": type(error).__name__, "at": place(error)}
