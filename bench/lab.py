"""The setting of the measurements: how thorough, on which cores, and shared results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

T = TypeVar("T")

FEWEST_CORES = 2


class Lab:
    """What every row gets.

    ``repeats`` is how often each reading is taken (three is the least a median means something
    for); ``quick`` asks for the shortest run that still goes through everything. ``urgent`` puts
    servers and packet generator before everything else on the machine (SCHED_RR, which takes the
    right to it): for comparing on a machine that others use.
    """

    def __init__(self, *, repeats: int, quick: bool, urgent: bool = False) -> None:
        self.quick = quick
        self._urgent = urgent
        self.repeats = 1 if quick else repeats
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < FEWEST_CORES:
            raise RuntimeError("measuring needs two processors: one serves, one sends")
        self.server_core, self.generator_core = cores[0], cores[1]
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, measure: Callable[[], T]) -> T:
        """Return the result of ``measure``, taken once for all rows with the same key."""
        if key not in self._known:
            self._known[key] = measure()
        return cast(T, self._known[key])

    @contextmanager
    def first(self) -> Iterator[None]:
        """Run before other programs for a block, if ``--urgent`` was given.

        Every thread and process made in it inherits that.
        """
        if self._urgent:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        try:
            yield
        finally:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))

    def say(self, text: str) -> None:
        """Print the progress."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201
