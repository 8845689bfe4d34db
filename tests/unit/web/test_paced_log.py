"""What an attacker can cause is written once a minute and kind."""

from __future__ import annotations

import io
import json
import logging

import pytest

from kiosk.web import logs, paced_log
from kiosk.web.paced_log import EVERY_S, KINDS, PacedLibraries, _Minute


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_of_a_kind_a_minute_with_the_number_of_those_before() -> None:
    clock = Clock()
    minute = _Minute(clock)

    first = [minute.due("a") for _ in range(5)]
    other = minute.due("b")
    clock.now += EVERY_S
    later = minute.due("a")

    assert first == [1, None, None, None, None]
    assert other == 1
    assert later == 5


def test_kinds_are_bounded() -> None:
    minute = _Minute(Clock())

    written = [minute.due(str(number)) for number in range(2 * KINDS)]

    assert sum(count is not None for count in written) == KINDS + 1


def test_a_library_repeats_nothing_and_we_lose_nothing() -> None:
    clock = Clock()
    passes = PacedLibraries(clock=clock).filter

    def record(name: str, level: int = logging.ERROR) -> logging.LogRecord:
        return logging.LogRecord(name, level, "x.py", 7, "socket %s failed", ("<fd=4>",), None)

    libraries = [passes(record("asyncio")) for _ in range(3)]
    ours = [passes(record("kiosk.web")) for _ in range(3)]
    clock.now += EVERY_S
    last = record("asyncio")

    assert libraries == [True, False, False]
    assert ours == [True, True, True]
    assert passes(last)
    assert last.getMessage() == "socket <fd=4> failed (3 times in the last minutes)"


@pytest.mark.parametrize("name", paced_log.LIBRARIES)
def test_libraries_write_no_line_a_visitor(name: str) -> None:
    stream = io.StringIO()
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    try:
        logs.configure(stream=stream)
        logging.getLogger(f"{name}.error").info("192.0.2.7:4 - connection open")
        for _ in range(5):
            logging.getLogger(f"{name}.error").warning("Invalid HTTP request received.")
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "Invalid HTTP request received."
    ]
