"""The first run: an installation without an administrator gets one, a house and its manager.

All in one transaction, opened by a one-time link that the server prints at each start until it is
used (decision 0350). Where houses exist already, only the administrator is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import Conflict, NotFound
from kiosk.houses import account_links, accounts, opening
from kiosk.houses.account_links import AccountKeys
from kiosk.houses.model import AccountLink, Agent, House, LinkPurpose, Membership, Role
from kiosk.storage.database import writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Who gets an account; without a ``digest`` they choose their password by a link."""

    name: str
    login: str
    email: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What the first run made; ``house`` and ``manager`` are None where houses existed already."""

    administrator: Agent
    house: House | None
    manager: Agent | None


def has_administrator(session: Session) -> bool:
    """Tell whether somebody active administers the installation."""
    active = select(Agent.id).where(Agent.is_administrator, Agent.active).limit(1)
    return session.scalar(active) is not None


def has_house(session: Session) -> bool:
    """Tell whether there is any house."""
    return session.scalar(select(House.id).limit(1)) is not None


def somebody_can_work(session: Session) -> bool:
    """Tell whether there is a house, and an administrator or a manager who can sign in."""
    managers = (
        select(Agent.id).join(Agent.memberships).where(Membership.role == Role.MANAGER).limit(1)
    )
    led = has_administrator(session) or session.scalar(managers.where(Agent.active)) is not None
    return led and has_house(session)


def offer(session: Session, keys: AccountKeys, *, now: datetime) -> AccountLink | None:
    """Replace the link of the first run by a new one; None where there is an administrator.

    Writes and commits.
    """
    if has_administrator(session):
        return None
    with writing(session):
        if has_administrator(session):
            return None
        account_links.withdraw_first_runs(session)
        return account_links.make(session, keys, LinkPurpose.FIRST_RUN, now=now)


def look(session: Session, keys: AccountKeys, typed: str, *, now: datetime) -> AccountLink:
    """Return the link of the first run; raise Conflict ``first_run.done``, or NotFound
    ``first_run.bad_link``."""
    if has_administrator(session):
        raise Conflict("first_run.done")
    try:
        return account_links.look(session, keys, typed, LinkPurpose.FIRST_RUN, now=now)
    except NotFound:
        raise NotFound("first_run.bad_link") from None


def complete(
    session: Session,
    *,
    administrator: Somebody,
    house: opening.Details | None,
    manager: Somebody | None,
    link: AccountLink | None = None,
) -> Made:
    """Make everything, or nothing; joins the caller's write transaction.

    Without a ``manager`` the administrator manages the house. ``link`` is None on the command
    line. Raises Conflict ``first_run.done`` when somebody else was first, ``account.login_taken``,
    or as :func:`kiosk.houses.opening.describe`.
    """
    if has_administrator(session):
        raise Conflict("first_run.done")
    if link is not None:
        try:
            account_links.use(session, link)
        except NotFound:
            raise Conflict("first_run.done") from None
    account_links.withdraw_first_runs(session)
    made_house = opening.open_house(session, house) if house is not None else None
    itself = manager is None
    odile = _account(session, administrator, made_house if itself else None, administrator=True)
    if made_house is None:
        return Made(odile, None, None)
    return Made(
        odile, made_house, odile if manager is None else _account(session, manager, made_house)
    )


def _account(
    session: Session, somebody: Somebody, house: House | None, *, administrator: bool = False
) -> Agent:
    return accounts.open_account(
        session,
        house=house,
        login=somebody.login,
        name=somebody.name,
        email=somebody.email,
        digest=somebody.digest or accounts.NOT_CHOSEN,
        role=Role.MANAGER,
        administrator=administrator,
    )
