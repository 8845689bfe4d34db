"""The delivery loop: takes what is due from a queue, composes it, sends it, settles it.

Knows the queue only as a protocol, so no SQL is here. One lane a channel: a mail server that
hangs never holds up an SMS. One bad message never stops the others.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Generic, Protocol, TypeVar

import structlog

from kiosk import clock
from kiosk.messaging.composing import Composer
from kiosk.messaging.message import (
    Channel,
    DeliveryFailed,
    Email,
    Facts,
    Outgoing,
    Parcel,
    Receipt,
    Sender,
    Sms,
)

LEASE = timedelta(minutes=4)
"""Longer than the slowest sending: ten SMTP steps of 10 s and one of 60 s."""

IDLE_S = 1.0
SETTLING_TRIES = 5

log = structlog.get_logger()

ParcelT = TypeVar("ParcelT", bound=Parcel)


class Queue(Protocol[ParcelT]):
    """Where messages wait. Every method may be called from any lane's thread."""

    def claim(self, channel: Channel) -> ParcelT | None:
        """Lease the oldest due message for :data:`LEASE`, or return None."""
        ...

    def sent(self, parcel: ParcelT, receipt: Receipt) -> None:
        """Record that it left."""
        ...

    def failed(self, parcel: ParcelT, failure: DeliveryFailed) -> None:
        """Record that it did not, for now or for good."""
        ...

    def dropped(self, parcel: ParcelT, code: str) -> None:
        """Record that it has no reason to leave any more."""
        ...


class Stale(Exception):
    """The appointment was moved, cancelled or erased since the message was queued."""


@dataclass(frozen=True, slots=True)
class Post:
    """Composes and sends one parcel.

    ``facts_of`` reads what is true at this moment (the link among it); None means that the
    message has lost its reason.
    """

    composer: Composer
    facts_of: Callable[[Parcel], Facts | None]
    mail: Sender[Email]
    sms: Sender[Sms]

    def deliver(self, parcel: Parcel) -> Receipt:
        """Send it; raise Stale or DeliveryFailed."""
        facts = self.facts_of(parcel)
        if facts is None:
            raise Stale
        message = self._compose(parcel, facts)
        if isinstance(message, Email):
            return self.mail.send(message)
        return self.sms.send(message)

    def _compose(self, parcel: Parcel, facts: Facts) -> Outgoing:
        try:
            if parcel.channel == Channel.EMAIL:
                return self.composer.email(parcel, facts, now=clock.now())
            return self.composer.sms(parcel, facts)
        except Exception as error:
            # What cannot be written now cannot be written in a minute either.
            log.error("message.unwritable", id=parcel.id, kind=parcel.kind, **_fault(error))
            raise DeliveryFailed("message.unwritable", permanent=True) from error


@dataclass(frozen=True, slots=True)
class Lane(Generic[ParcelT]):
    """One channel's loop, in a thread of its own."""

    channel: Channel
    queue: Queue[ParcelT]
    post: Post
    stop: Event

    def run(self) -> None:
        """Deliver until ``stop`` is set; the message in hand is finished first."""
        while not self.stop.is_set():
            if not self.step():
                self.stop.wait(IDLE_S)

    def step(self) -> bool:
        """Deliver one message; return False when none was due or the queue did not answer."""
        try:
            parcel = self.queue.claim(self.channel)
        except Exception as error:
            log.error("delivery.queue_unreachable", channel=self.channel, **_fault(error))
            return False
        if parcel is None:
            return False
        self.settle(parcel)
        return True

    def settle(self, parcel: ParcelT) -> None:
        """Send the parcel in hand and record what came of it; raises nothing."""
        self._record(self._deliver(parcel))

    def _deliver(self, parcel: ParcelT) -> Callable[[], None]:
        """Send the parcel; return how to record what came of it."""
        about = {"id": parcel.id, "kind": parcel.kind, "attempt": parcel.attempt}
        try:
            receipt = self.post.deliver(parcel)
        except Stale:
            log.info("delivery.dropped", **about)
            return partial(self.queue.dropped, parcel, "message.stale")
        except DeliveryFailed as failure:
            log.warning("delivery.failed", error=failure.code, final=failure.permanent, **about)
            return partial(self.queue.failed, parcel, failure)
        except Exception as error:
            log.error("delivery.unexpected", **about, **_fault(error))
            again = DeliveryFailed("delivery.unexpected", permanent=False)
            return partial(self.queue.failed, parcel, again)
        log.info("delivery.sent", **about)
        return partial(self.queue.sent, parcel, receipt)

    def _record(self, record: Callable[[], None]) -> None:
        # A message that left but is not recorded would leave again: worth a few tries.
        for _ in range(SETTLING_TRIES):
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
