"""The one place where the application asks what time it is.

Rules take ``now`` as an argument; edges (routes, workers) call :func:`now`. Tests inject theirs
with :func:`fixed`, so no test ever depends on the hour at which it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _source()


@contextmanager
def fixed(instant: datetime) -> Iterator[None]:
    """Freeze :func:`now` at ``instant`` (aware) for the length of a block, process-wide."""
    global _source
    if instant.tzinfo is None:
        raise ValueError("a clock needs an aware instant")
    before = _source
    _source = lambda: instant.astimezone(UTC)  # noqa: E731
    try:
        yield
    finally:
        _source = before
