"""Shares of what is scarce: who counts together, and who gives way."""

from __future__ import annotations

import pytest

from kiosk.system.allowance import Allowance
from kiosk.system.networks import network_of
from kiosk.system.shares import Counts, Places


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("nonsense" * 20, ("nonsense" * 20)[:64]),
    ],
)
def test_ipv6_addresses_count_by_their_network(address: str, counted_as: str) -> None:
    assert network_of(address) == counted_as


def test_counts_forget_a_key_that_has_nothing() -> None:
    counts = Counts(2)

    counts.add("a", "b")
    assert counts.exceeded("a", 1)
    assert not counts.full
    counts.remove("a", "b")

    assert not counts.exceeded("a", 1)
    assert counts._by_key == {}


def places(*, total: int, per_owner: int, busy: set[str]) -> tuple[Places[str], list[str]]:
    ended: list[str] = []
    made: Places[str] = Places(
        total=total, per_owner=per_owner, gives_way=lambda one: one not in busy, end=ended.append
    )
    return made, ended


def test_the_oldest_idle_holding_of_the_same_owner_gives_way() -> None:
    held, ended = places(total=10, per_owner=2, busy={"a1"})

    taken = [held.take("a", name) for name in ("a1", "a2", "a3")]

    assert taken == [True, True, True]
    assert ended == ["a2"]
    assert held.now == 2


def test_when_all_is_taken_who_holds_most_gives_way() -> None:
    held, ended = places(total=4, per_owner=3, busy=set())
    for name in ("a1", "a2", "a3"):
        held.take("a", name)
    held.take("b", "b1")

    assert held.take("c", "c1")

    assert ended == ["a1"]


def test_nobody_gives_way_while_they_are_answered() -> None:
    held, ended = places(total=2, per_owner=2, busy={"a1", "a2"})
    held.take("a", "a1")
    held.take("a", "a2")

    assert not held.take("a", "a3")
    assert not held.take("b", "b1")
    assert ended == []


def test_a_place_is_given_back_once() -> None:
    held, _ = places(total=1, per_owner=1, busy=set())
    held.take("a", "a1")

    held.give_back("a", "a1")
    held.give_back("a", "a1")

    assert held.now == 0


def test_an_allowance_says_how_long_to_wait() -> None:
    allowance = Allowance(10, 20, 0.0)

    assert allowance.wait_for(20, 0.0) == 0
    assert allowance.wait_for(5, 0.0) == pytest.approx(0.5)
    assert allowance.wait_for(1, 1.0) == 0
