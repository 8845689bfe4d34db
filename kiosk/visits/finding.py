"""Four ways to find a visit, one for each kind of client (decision 0231).

Each HTTP edge proves who asks (a signed cookie, a device token, a sign-in, an API key) and then
calls its function here; none sees more than its kind of client may.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls.admission import closed_because, holds_credentials
from kiosk.errors import NotFound
from kiosk.visits import store
from kiosk.visits.model import Visit


def of_browser(session: Session, participant_id: int, *, moves: int = 0) -> Visit | None:
    """Return the visit of the participant whom a citizen's cookie names.

    None after the credentials they came in by were replaced: they must present the new
    ones; and after the seat moved to another browser, when ``moves`` is a number of before.
    """
    visit = store.of_participant(session, participant_id)
    if visit is None or not holds_credentials(visit.participant):
        return None
    return visit if visit.participant.seat_moves == moves else None


def of_participant(session: Session, participant_id: int) -> Visit:
    """Return the visit of somebody who sits in a room whose credentials were just presented.

    Raises NotFound ``visit.not_found``.
    """
    visit = store.of_participant(session, participant_id)
    if visit is None:
        raise NotFound("visit.not_found")
    return visit


def lost_by_browser(session: Session, participant_id: int) -> Visit | None:
    """Return the visit that this browser had: only to say where it went, never to show it."""
    return store.of_participant(session, participant_id)


def open_on_device(session: Session, device_id: int, *, now: datetime) -> Visit | None:
    """Return the visit now open on an enrolled kiosk, and no other one.

    None once the person has left or the room is closed, so that the device never shows the visit
    of the person before.
    """
    visit = store.on_device(session, device_id)
    if visit is None or visit.participant.presence in store.GONE:
        return None
    return visit if closed_because(visit.participant.room, now) is None else None


def for_account(session: Session, visit_id: int, *, house_ids: Collection[int]) -> Visit:
    """Return a visit of one of an account's houses.

    Raises NotFound ``visit.not_found``, also for a visit of another house.
    """
    visit = store.by_id(session, visit_id)
    if visit is None or visit.participant.room.house_id not in house_ids:
        raise NotFound("visit.not_found")
    return visit


def for_api_client(session: Session, visit_id: int, *, house_ids: Collection[int]) -> Visit:
    """Return a visit of one of the houses that an API key is for; raise NotFound."""
    return for_account(session, visit_id, house_ids=house_ids)
