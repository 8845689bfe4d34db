"""The counts behind the limits: right when several ask at once, and forgotten in time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits.storage import storage_from_string

from kiosk.web.counting import SWEEP_EVERY_S, Counts
from kiosk.web.limits import STORAGE

MINUTE = 60


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counts(clock: Clock) -> Counts:
    return Counts(clock=clock)


@pytest.fixture
def hurried_threads() -> Iterator[None]:
    """Threads that give way to each other at almost every step."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried_threads")
def test_requests_of_the_same_moment_are_all_answered_and_all_counted() -> None:
    storage = storage_from_string(STORAGE)

    def ask(times: int) -> None:
        for _ in range(times):
            storage.incr("one address", MINUTE)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, [500] * 8))

    assert storage.get("one address") == 8 * 500


def test_counting_starts_no_thread() -> None:
    before = set(threading.enumerate())

    # Two requests that start the same thread: the second is a fault.
    storage_from_string(STORAGE).incr("one address", MINUTE)

    assert set(threading.enumerate()) == before


def test_a_window_closes_when_its_time_is_up(counts: Counts, clock: Clock) -> None:
    counts.incr("somebody", MINUTE, amount=3)
    assert counts.get_expiry("somebody") == clock.seconds + MINUTE

    clock.seconds += MINUTE

    assert counts.get("somebody") == 0
    assert counts.incr("somebody", MINUTE) == 1


def test_what_comes_later_does_not_keep_the_window_open(counts: Counts, clock: Clock) -> None:
    counts.incr("somebody", MINUTE)
    clock.seconds += MINUTE / 2
    counts.incr("somebody", MINUTE)

    clock.seconds += MINUTE / 2

    assert counts.get("somebody") == 0


def test_who_never_comes_back_is_forgotten(counts: Counts, clock: Clock) -> None:
    for number in range(50):
        counts.incr(f"address {number}", MINUTE)

    clock.seconds += SWEEP_EVERY_S + MINUTE
    counts.incr("somebody", MINUTE)

    assert counts.kept == 1


def test_one_or_all_can_be_forgotten_at_once(counts: Counts) -> None:
    for name in ("Amina", "Iris", "Emma"):
        counts.incr(name, MINUTE)

    counts.clear("Amina")

    assert counts.get("Amina") == 0
    assert counts.reset() == 2
    assert counts.get("Iris") == 0


def test_a_clock_set_back_ends_the_open_windows(counts: Counts, clock: Clock) -> None:
    counts.incr("somebody", MINUTE)
    clock.seconds -= 2 * 3600 / 10

    assert counts.get("somebody") == 0
    assert counts.incr("somebody", MINUTE) == 1
    assert counts.get_expiry("somebody") == clock.seconds + MINUTE
