"""What the page about people's data promises is what the retention rules do."""

from __future__ import annotations

import re

from kiosk.calls.guesses import FORGOTTEN_AFTER
from kiosk.citizen.pages import END_PAGE_KEPT
from kiosk.notifications import retention as notifications
from kiosk.run import retention
from kiosk.settings import ROOT

PAGE = (ROOT / "kiosk" / "templates" / "pages" / "privacy.html").read_text("utf-8")
DECISION = (ROOT / "docs" / "decisions" / "0006-retention.md").read_text("utf-8")
ROW = re.compile(r'^  \(_\("(?P<what>[^"]+)"\), _\("(?P<end>[^"]+)"\)\)', re.MULTILINE)


def promised() -> dict[str, list[str]]:
    """Return the durations that the page names, by what they are of."""
    return {
        row["what"]: re.findall(r"\d+ (?:jours|heures)", row["end"]) for row in ROW.finditer(PAGE)
    }


def days(kept) -> str:
    return f"{kept.days} jours"


def test_the_page_names_every_duration_that_is_applied() -> None:
    people = [days(retention.PEOPLE_KEPT)]

    assert list(promised().values()) == [
        people,
        people,
        [days(notifications.KEPT), days(notifications.ROWS_KEPT)],
        [f"{FORGOTTEN_AFTER.total_seconds() / 3600:.0f} heures"],
        [days(retention.JOURNAL_KEPT)],
    ]


def test_the_page_says_how_long_the_good_bye_may_be_read() -> None:
    hours = END_PAGE_KEPT.total_seconds() / 3600

    assert f"reste lisible {hours:.0f} heure" in PAGE


def test_the_decision_names_the_same_durations() -> None:
    for kept in (retention.PEOPLE_KEPT, notifications.KEPT, notifications.ROWS_KEPT):
        assert f"{kept.days} days" in DECISION
    assert "24 hours" in DECISION
