"""A conftest stays small enough to be read at once: what it builds lives in tests/builders."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
LONGEST_LINES = 150


def test_no_conftest_is_longer_than_a_page() -> None:
    long = {
        path.relative_to(TESTS): lines
        for path in TESTS.rglob("conftest.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_LINES
    }

    assert not long
