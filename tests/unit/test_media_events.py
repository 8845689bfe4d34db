"""The media plane's events become presences, also when a process restarts in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.calls.model import Participant, Presence, Room, Seat
from kiosk.errors import MediaError
from kiosk.houses.model import House
from kiosk.media.engine import EventKind, GoneReason, MediaEvent
from kiosk.run.media_events import MediaEvents
from kiosk.storage import schema
from kiosk.storage.database import Database, writing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Amina, admitted, with a media peer called ``amina``."""
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    database = Database(url)
    with database.session() as session, writing(session):
        house = House(name="France services de Saint-Aubin", phone="+33536490010")
        session.add(house)
        session.flush()
        room = Room(
            house_id=house.id,
            seed=bytes(16),
            link_digest="l",
            code_digest="c",
            password_digest="p",
            opens_at=NOON,
            closes_at=NOON + timedelta(hours=2),
        )
        amina = Participant(
            room=room,
            seat=Seat.CITIZEN,
            presence=Presence.ADMITTED,
            presence_since=NOON,
            arrived_at=NOON,
            seen_at=NOON,
            peer="amina",
        )
        session.add(amina)
    yield database
    database.close()


def _event(kind: EventKind, reason: str = "", peer: str = "amina") -> MediaEvent:
    return MediaEvent(kind=kind, room="1", participant="1", peer=peer, reason=reason)


def _amina(database: Database) -> tuple[str, str | None]:
    with database.session() as session:
        amina = session.get_one(Participant, 1)
        return amina.presence, amina.peer


class Plane:
    """A media engine that knows its peers and nothing else."""

    def __init__(self, **peers: bool) -> None:
        self.there = peers
        self.while_asked: Callable[[], None] = lambda: None

    def peers(self) -> dict[str, bool]:
        self.while_asked()
        return self.there


def test_a_connected_participant_is_in_the_call_until_they_hang_up(database: Database) -> None:
    media = MediaEvents(database, Plane(amina=False))
    media.apply(_event(EventKind.PLANE_READY, "first", peer=""))

    media.apply(_event(EventKind.PEER_CONNECTED))
    assert _amina(database) == (Presence.IN_CALL, "amina")

    media.apply(_event(EventKind.PEER_GONE, GoneReason.LEFT))
    assert _amina(database) == (Presence.LEFT, None)


def test_a_participant_who_vanishes_stays_admitted_and_comes_back_by_the_same_connection(
    database: Database,
) -> None:
    media = MediaEvents(database, Plane())
    media.apply(_event(EventKind.PEER_CONNECTED))

    media.apply(_event(EventKind.PEER_AWAY))
    assert _amina(database) == (Presence.ADMITTED, "amina")

    media.apply(_event(EventKind.PEER_CONNECTED))
    assert _amina(database) == (Presence.IN_CALL, "amina")


def test_after_the_plane_was_replaced_participants_stay_admitted(
    database: Database,
) -> None:
    media = MediaEvents(database, Plane())
    media.apply(_event(EventKind.PEER_CONNECTED))

    media.apply(_event(EventKind.PLANE_READY, "second", peer=""))

    assert _amina(database) == (Presence.ADMITTED, None)


def test_a_new_web_process_keeps_participants_in_their_call(database: Database) -> None:
    MediaEvents(database, Plane()).apply(_event(EventKind.PEER_CONNECTED))

    MediaEvents(database, Plane(amina=True)).apply(_event(EventKind.PLANE_READY, peer=""))

    assert _amina(database) == (Presence.IN_CALL, "amina")


def test_a_participant_who_connected_unnoticed_is_found_in_the_call(database: Database) -> None:
    MediaEvents(database, Plane(amina=True)).apply(_event(EventKind.PLANE_READY, peer=""))

    assert _amina(database) == (Presence.IN_CALL, "amina")


def test_a_participant_who_joins_while_the_plane_is_asked_keeps_their_connection(
    database: Database,
) -> None:
    plane = Plane()

    def amina_joins() -> None:
        with database.session() as session, writing(session):
            session.get_one(Participant, 1).peer = "aminas-next"

    plane.while_asked = amina_joins
    MediaEvents(database, plane).apply(_event(EventKind.PLANE_READY, peer=""))

    assert _amina(database) == (Presence.ADMITTED, "aminas-next")


def test_a_plane_that_falls_before_it_is_asked_changes_nothing(database: Database) -> None:
    plane = Plane()

    def falls() -> None:
        raise MediaError("media.unavailable", status=503)

    plane.while_asked = falls
    MediaEvents(database, plane).apply(_event(EventKind.PLANE_READY, peer=""))

    assert _amina(database) == (Presence.ADMITTED, "amina")


def test_an_event_that_cannot_be_written_does_not_stop_later_ones(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lost = Database("sqlite:////nowhere/at/all.sqlite3")
    media = MediaEvents(lost, Plane())

    media.apply(_event(EventKind.PEER_CONNECTED))

    assert MediaEvents(database, Plane()).apply(_event(EventKind.PEER_CONNECTED)) is None
    assert _amina(database)[0] == Presence.IN_CALL
    lost.close()
