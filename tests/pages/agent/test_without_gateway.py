"""Without a gateway nothing is called sent: the agent knows that the link must be handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.notifications import leases
from tests.pages.inspector import InspectingClient


def deliver(session: Session, now: datetime, *, kept_here: bool) -> None:
    """Do as the delivery worker does with everything that is due."""
    for channel in ("sms", "email"):
        for lease in leases.claim_due(
            session, now=now, channel=channel, lease=timedelta(minutes=1), limit=9
        ):
            leases.mark_sent(session, lease, now=now, provider_id=None, kept_here=kept_here)


def test_a_message_that_no_gateway_took_is_not_called_sent(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    amina = book()
    deliver(session, now, kept_here=True)

    page = lea.get(f"/agent/rendez-vous/{amina.id}").text.replace("\xa0", " ")

    assert "Pas de passerelle : à remettre autrement" in page
    assert "Envoyé" not in page


def test_a_message_that_a_gateway_took_is_called_sent(
    lea: InspectingClient, session: Session, book: Callable[..., Appointment], now: datetime
):
    amina = book()
    deliver(session, now, kept_here=False)

    page = lea.get(f"/agent/rendez-vous/{amina.id}").text

    assert "Envoyé" in page
    assert "Pas de passerelle" not in page


def test_the_booking_form_says_that_nothing_leaves(lea: InspectingClient):
    page = lea.get("/agent/rendez-vous/nouveau").text

    assert "Aucun SMS ne part de cette installation" in page
    assert "Aucun e-mail ne part de cette installation" in page
