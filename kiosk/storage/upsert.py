"""Insert rows that another process may be inserting at this very moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_of(session: Session, model: type[DeclarativeBase]) -> Any:
    """Return this database's own INSERT into the table of ``model``; it knows ON CONFLICT."""
    return _INSERT[session.get_bind().dialect.name](model)


def insert_missing(
    session: Session, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those of ``rows`` that are not there yet, in their order; the others stay as is."""
    if rows:
        session.execute(insert_of(session, model).on_conflict_do_nothing(), rows)
