"""Tickets: a page may listen to the topics its ticket names, for a working day."""

from __future__ import annotations

import pytest

from kiosk.realtime import tickets

SECRET = "a secret that is long enough for tests"


def test_a_ticket_gives_back_its_topics() -> None:
    shown = tickets.issue(SECRET, ["room:7", "visit:3"])

    ticket = tickets.read(SECRET, shown)

    assert ticket == tickets.Ticket(frozenset({"room:7", "visit:3"}))


@pytest.mark.parametrize("shown", [None, 4, "", "room:7", "a.b.c", ["room:7"], {"a": 1}, "é" * 50])
def test_a_ticket_that_this_server_did_not_sign_is_refused(shown: object) -> None:
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
def test_a_ticket_for_another_kind_of_topic_is_a_programming_error(topics: list[str]) -> None:
    with pytest.raises(ValueError, match="no ticket"):
        tickets.issue(SECRET, topics)
