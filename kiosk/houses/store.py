"""Queries about houses and accounts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.houses.model import Agent, House, Membership, Role


def house(session: Session, house_id: int) -> House:
    """Return the house; raise NotFound."""
    found = session.get(House, house_id)
    if found is None:
        raise NotFound("house.not_found")
    return found


def houses(session: Session) -> Sequence[House]:
    """Return every house, by name."""
    return session.scalars(select(House).order_by(House.name, House.id)).all()


def houses_of(session: Session, account: Agent) -> Sequence[House]:
    """Return the houses in which the account may work, by name: all, for an administrator."""
    if account.is_administrator:
        return houses(session)
    return sorted(account.houses, key=lambda house: (house.name, house.id))


def agent(session: Session, agent_id: int) -> Agent | None:
    """Return the account when it exists and is active."""
    found = session.get(Agent, agent_id)
    return found if found is not None and found.active else None


def agent_by_login(session: Session, login: str) -> Agent | None:
    """Return the active account with this login, whatever its case."""
    return session.scalar(
        select(Agent).where(func.lower(Agent.login) == login.strip().lower(), Agent.active)
    )


def login_is_known(session: Session, login: str) -> bool:
    """Tell whether any account, closed ones too, has this login, whatever its case."""
    same = func.lower(Agent.login) == login.strip().lower()
    return session.scalar(select(Agent.id).where(same)) is not None


def former_agents_of(session: Session, house_id: int) -> Sequence[Agent]:
    """Return the closed accounts that worked in a house, by name."""
    return session.scalars(
        select(Agent)
        .join(Agent.memberships)
        .where(Membership.house_id == house_id, Agent.active.is_(False))
        .order_by(Agent.name, Agent.id)
    ).all()


def administrators(session: Session) -> Sequence[Agent]:
    """Return the active administrators, by name."""
    return session.scalars(
        select(Agent).where(Agent.is_administrator, Agent.active).order_by(Agent.name, Agent.id)
    ).all()


def other_administrators(session: Session, account: Agent) -> Sequence[Agent]:
    """Return the active administrators besides this account."""
    return [one for one in administrators(session) if one.id != account.id]


def other_managers(session: Session, account: Agent, house_id: int) -> Sequence[Agent]:
    """Return the active managers of a house besides this account."""
    return [
        one
        for one in agents_of(session, house_id)
        if one.id != account.id and one.role_in(house_id) == Role.MANAGER
    ]


def agents_by_email(session: Session, email: str) -> Sequence[Agent]:
    """Return the active accounts with this e-mail address, whatever its case."""
    same = func.lower(Agent.email) == email.strip().lower()
    return session.scalars(select(Agent).where(same, Agent.email != "", Agent.active)).all()


def agents_of(session: Session, house_id: int) -> Sequence[Agent]:
    """Return the active accounts that are members of a house, by name."""
    return session.scalars(
        select(Agent)
        .join(Agent.memberships)
        .where(Membership.house_id == house_id, Agent.active)
        .order_by(Agent.name, Agent.id)
    ).all()


def accounts(session: Session) -> Sequence[Agent]:
    """Return every account of the installation, closed ones too, by login."""
    return session.scalars(select(Agent).order_by(Agent.login)).all()
