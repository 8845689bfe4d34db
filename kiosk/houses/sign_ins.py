"""The browsers in which an account is signed in: listed, and ended one by one or all at once.

A session's cookie names its row; a row that is gone ends the session at its next request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.houses.model import Agent, SignIn

LIFETIME = timedelta(hours=10)
"""A session ends so long after its sign-in, whatever happens."""

NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when a browser was last seen: each note is a write."""


def add(
    session: Session, account: Agent, *, kind: str, browser: str, system: str, now: datetime
) -> SignIn:
    """Note that the account signs in with this browser; joins the caller's write transaction."""
    made = SignIn(
        agent_id=account.id,
        kind=kind[:10],
        browser=browser[:40],
        system=system[:40],
        signed_in_at=now,
        seen_at=now,
    )
    session.add(made)
    session.flush()
    return made


def one(session: Session, sign_in_id: int, account_id: int) -> SignIn | None:
    """Return a sign-in of this account; None for another one's, or when it was ended."""
    found = session.get(SignIn, sign_in_id)
    return found if found is not None and found.agent_id == account_id else None


def of(session: Session, account_id: int, *, now: datetime) -> Sequence[SignIn]:
    """Return where an account is signed in at this moment, the browser last seen first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.agent_id == account_id, SignIn.signed_in_at > now - LIFETIME)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()


def end(session: Session, sign_in_id: int, account_id: int) -> None:
    """End one of an account's sessions; joins the caller's write transaction."""
    session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.agent_id == account_id))


def end_all(session: Session, account_id: int, *, but: int | None = None) -> None:
    """End all sessions of an account, but one; joins the caller's write transaction."""
    session.execute(delete(SignIn).where(SignIn.agent_id == account_id, SignIn.id != (but or 0)))


def forget(session: Session, *, now: datetime) -> None:
    """Delete the sign-ins whose session has ended by itself."""
    session.execute(delete(SignIn).where(SignIn.signed_in_at <= now - LIFETIME))
