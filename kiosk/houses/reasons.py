"""What people come to a house for, and the papers to prepare for each.

An appointment keeps the words of its reason; the papers are found by them when they are shown, so
that what a manager corrects is corrected for appointments that were made before.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import Conflict, KioskError, NotFound
from kiosk.houses.model import House, Reason
from kiosk.language.typed import visible_name

LONGEST_NAME = 200
LONGEST_PAPERS = 1000
MOST = 60


def of(session: Session, house_id: int) -> Sequence[Reason]:
    """Return the reasons of a house, by name."""
    found = session.scalars(select(Reason).where(Reason.house_id == house_id)).all()
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def add(session: Session, house: House, name: str, papers: str) -> Reason:
    """Add a reason; raises as :func:`change`, or Conflict ``reason.too_many``."""
    if len(of(session, house.id)) >= MOST:
        raise Conflict("reason.too_many")
    made = Reason(house_id=house.id, name="", papers="")
    _write(session, made, name, papers)
    session.add(made)
    session.flush()
    return made


def change(session: Session, house: House, reason_id: int, name: str, papers: str) -> Reason:
    """Correct a reason.

    Raises NotFound ``reason.not_found``, KioskError ``reason.no_name``, Conflict ``reason.twice``.
    """
    found = one(session, house, reason_id)
    _write(session, found, name, papers)
    session.flush()
    return found


def remove(session: Session, house: House, reason_id: int) -> None:
    """Remove a reason; appointments keep its words and lose its papers. Raises NotFound."""
    session.delete(one(session, house, reason_id))


def one(session: Session, house: House, reason_id: int) -> Reason:
    """Return a reason of this house; raise NotFound ``reason.not_found``."""
    found = session.get(Reason, reason_id)
    if found is None or found.house_id != house.id:
        raise NotFound("reason.not_found")
    return found


def papers_for(session: Session, house_id: int, reason: str) -> list[str]:
    """Return the papers to prepare for a reason as an appointment names it; none when unknown."""
    wanted = reason.strip().casefold()
    if not wanted:
        return []
    found = next((one for one in of(session, house_id) if one.name.casefold() == wanted), None)
    return found.papers.splitlines() if found is not None else []


def clean_papers(typed: str) -> str:
    """Return one paper a line, without empty lines nor signs that show nothing."""
    lines = (visible_name(line.lstrip("-–• \t")) for line in typed.splitlines())
    return "\n".join(line for line in lines if line)


def _write(session: Session, reason: Reason, name: str, papers: str) -> None:
    clean = visible_name(name)
    if not clean:
        raise KioskError("reason.no_name")
    same = (
        other
        for other in of(session, reason.house_id)
        if other.id != reason.id and other.name.casefold() == clean.casefold()
    )
    if next(same, None) is not None:
        raise Conflict("reason.twice")
    reason.name = clean[:LONGEST_NAME]
    reason.papers = clean_papers(papers)[:LONGEST_PAPERS]
