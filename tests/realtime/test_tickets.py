"""Tickets grant the topics they name, to whoever shows them, for a working day."""

from __future__ import annotations

import pytest

from kiosk.realtime import tickets
from kiosk.realtime.hub import fleeting
from kiosk.realtime.pace import Pace

SECRET = "a secret that is long enough for tests"


def test_a_ticket_gives_back_its_topics_and_its_holder() -> None:
    shown = tickets.issue(SECRET, ["room:7", "visit:3"], who="p9")

    ticket = tickets.read(SECRET, shown)

    assert ticket == tickets.Ticket(frozenset({"room:7", "visit:3"}), "p9")


@pytest.mark.parametrize("shown", [None, 4, "", "room:7", "a.b.c", ["room:7"], {"a": 1}, "é" * 50])
def test_what_we_did_not_sign_is_refused(shown: object) -> None:
    with pytest.raises(tickets.BadTicket):
        tickets.read(SECRET, shown)


def test_a_ticket_of_another_installation_is_refused() -> None:
    shown = tickets.issue("another secret of another installation", ["room:7"])

    with pytest.raises(tickets.BadTicket):
        tickets.read(SECRET, shown)


def test_a_ticket_expires() -> None:
    shown = tickets.issue(SECRET, ["room:7"])

    with pytest.raises(tickets.BadTicket):
        tickets.read(SECRET, shown, lifetime_s=-1)


@pytest.mark.parametrize("topics", [["secret:1"], [""], [f"room:{n}" for n in range(21)]])
def test_a_ticket_for_something_else_is_a_mistake_of_ours(topics: list[str]) -> None:
    with pytest.raises(ValueError, match="no ticket"):
        tickets.issue(SECRET, topics)


@pytest.mark.parametrize(
    ("kind", "value"), [("typing", True), ("typing", False), ("level", 0), ("level", 0.5)]
)
def test_what_is_fleeting_is_passed_on_with_its_sender(kind: str, value: object) -> None:
    ticket = tickets.Ticket(frozenset({"room:7"}), "p9")

    relayed = fleeting({"topic": "room:7", "kind": kind, "value": value, "extra": 1}, ticket)

    assert relayed == {"topic": "room:7", "kind": kind, "value": value, "who": "p9"}


@pytest.mark.parametrize(
    "message",
    [
        None,
        "typing",
        {},
        {"topic": "room:8", "kind": "typing", "value": True},
        {"topic": ["room:7"], "kind": "typing", "value": True},
        {"topic": "room:7", "kind": "typing", "value": "yes"},
        {"topic": "room:7", "kind": "level", "value": 1.01},
        {"topic": "room:7", "kind": "level", "value": float("nan")},
        {"topic": "room:7", "kind": "level", "value": True},
        {"topic": "room:7", "kind": "level", "value": "0.5"},
        {"topic": "room:7", "kind": "pixels", "value": 0.5},
    ],
)
def test_anything_else_is_not_passed_on(message: object) -> None:
    assert fleeting(message, tickets.Ticket(frozenset({"room:7"}))) is None


def test_a_flood_is_let_through_at_its_pace_only() -> None:
    now = 100.0
    pace = Pace(rate=10, burst=3, clock=lambda: now)

    at_once = [pace.allows() for _ in range(5)]
    now += 0.15
    later = [pace.allows() for _ in range(2)]

    assert at_once == [True, True, True, False, False]
    assert later == [True, False]
