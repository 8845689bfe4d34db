"""Amina on her way to the call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.appointments.model import Appointment
from kiosk.calls import admission, participants
from kiosk.calls.model import Participant
from kiosk.storage.database import writing


@pytest.fixture
def amina(session: Session, aminas: Appointment, now: datetime) -> Participant:
    """Amina, on the path: nobody has let her in yet."""
    with writing(session):
        return participants.arrive(session, aminas.room, language="fr", now=now)


@pytest.fixture
def admitted(session: Session, amina: Participant, now: datetime) -> Participant:
    """Amina, let in a minute later."""
    with writing(session):
        admission.admit(session, amina, now=now + timedelta(minutes=1))
    return amina
