"""Old STUN transactions are recognised for hours, in a fixed amount of memory."""

from __future__ import annotations

from random import Random

from kiosk.media.plane.transport.transactions import PER_FILTER, RECENT, Transactions

HERE, THERE = ("192.0.2.1", 1), ("192.0.2.2", 2)


def test_a_transaction_repeated_from_the_same_address_is_accepted():
    seen = Transactions()

    assert not seen.used_before(b"a" * 12, HERE)
    assert not seen.used_before(b"a" * 12, HERE)
    assert seen.used_before(b"a" * 12, THERE)


def test_hours_of_checks_are_remembered_and_new_ones_pass():
    dice, seen = Random(5), Transactions()  # noqa: S311
    sent = [dice.randbytes(12) for _ in range(PER_FILTER)]

    mistaken = sum(seen.used_before(one, HERE) for one in sent)

    assert all(seen.used_before(one, THERE) for one in sent)
    assert mistaken < PER_FILTER / 200


def test_the_memory_of_transactions_does_not_grow():
    dice, seen = Random(6), Transactions()  # noqa: S311

    for _ in range(5 * PER_FILTER):
        seen.used_before(dice.randbytes(12), HERE)

    assert len(seen._recent) == RECENT
    assert len(seen._filter) == len(seen._former) == 8192
