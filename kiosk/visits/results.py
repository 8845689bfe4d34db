"""What the checks of a visit found: results are added, the newest of each check is its state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import store as calls
from kiosk.readiness.verdicts import Verdict, best_use, judge, use_after
from kiosk.readiness.vocabulary import NOT_MEASURED, Use
from kiosk.visits import store
from kiosk.visits.model import CheckResult, Visit

FAILING = frozenset({"bad", "unavailable", "refused"})
DECIMALS = 3


class Results(dict[str, CheckResult]):
    """The newest result of each check of one visit, by check, latest last."""

    @property
    def last_error(self) -> str | None:
        """The code of the latest check that fails now; None when none does."""
        failing = [result.code for result in self.values() if result.verdict in FAILING]
        return failing[-1] if failing else None

    @property
    def use(self) -> Use:
        """The most the call can use after these checks."""
        return best_use(use_after(result.code) for result in self.values())


def judge_check(
    session: Session,
    visit: Visit,
    check: str,
    *,
    figures: object,
    error: object,
    now: datetime,
) -> Verdict:
    """Judge what a page measured, or why it could not, and keep the result; return the verdict.

    Both may be anything a page sends. Raises KioskError as :func:`kiosk.readiness.verdicts.judge`.
    """
    verdict = judge(check, figures, error)
    # Judged, so nothing else than figures inside their ranges is left, and those not measured.
    given = figures if isinstance(figures, Mapping) else {}
    kept = {name: value for name, value in given.items() if value != NOT_MEASURED}
    add(session, visit, check, verdict=verdict.level, code=verdict.code, figures=kept, now=now)
    return verdict


def add(
    session: Session,
    visit: Visit,
    check: str,
    *,
    verdict: str,
    code: str,
    figures: Mapping[str, float],
    now: datetime,
) -> None:
    """Add one result of a check; the visit's page was open when it came."""
    kept = {name: round(float(value), DECIMALS) for name, value in figures.items()}
    session.add(
        CheckResult(
            visit_id=visit.id, check=check, verdict=verdict, code=code, figures=kept, at=now
        )
    )
    visit.participant.seen_at = now
    calls.announce(session, visit.participant.room)


def current(session: Session, visit: Visit) -> Results:
    """Return the newest result of each check of a visit."""
    return current_of_each(session, [visit.id])[visit.id]


def current_of_each(session: Session, visit_ids: Iterable[int]) -> Mapping[int, Results]:
    """Return the newest results of several visits, by visit, with one query."""
    found: defaultdict[int, Results] = defaultdict(Results)
    for result in store.newest_results(session, visit_ids):
        found[result.visit_id][result.check] = result
    return found
