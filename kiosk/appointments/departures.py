"""Somebody stops working in a house: membership, sessions, calls and appointments, in one step.

Here and not in ``houses``, because calls and appointments stand above houses and imports go down
only (decision 0271).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.appointments import repair, store
from kiosk.calls import ending
from kiosk.errors import Conflict
from kiosk.houses import account_links, accounts, sign_ins
from kiosk.houses.model import Agent, House
from kiosk.media.engine import MediaEngine


def remove_from_house(
    session: Session,
    engine: MediaEngine,
    account_id: int,
    house: House,
    *,
    by: Agent,
    now: datetime,
    colleague: Agent | None = None,
) -> Agent:
    """End an account's work in ``house``; it closes with its last one. Writes and commits.

    The account is put out of the house's calls; the citizens in them stay where they are. Its
    appointments to come pass to the ``colleague``. Raises as
    :func:`kiosk.houses.accounts.leave_house`, and as :func:`hand_over`.
    """
    with ending.ending(session, engine) as ended:
        account = accounts.leave_house(session, account_id, house, by=by)
        hand_over(session, account, house, colleague, now=now)
        ending.end_calls_of_agent(session, account.id, ended, house_id=house.id, now=now)
        if not account.active:
            sign_ins.end_all(session, account.id)
            account_links.withdraw(session, account.id)
    return account


def close_account(
    session: Session,
    engine: MediaEngine,
    account_id: int,
    *,
    by: Agent | None,
    now: datetime,
    colleague: Agent | None = None,
) -> Agent:
    """Close an account in every house at once. Writes and commits.

    ``by`` is None for the command line. Raises as :func:`kiosk.houses.accounts.close`, and as
    :func:`hand_over`.
    """
    with ending.ending(session, engine) as ended:
        account = accounts.close(session, account_id, by=by)
        for house_id in store.houses_to_come(session, account.id, now=now):
            house = session.get_one(House, house_id)
            hand_over(session, account, house, colleague, now=now)
        ending.end_calls_of_agent(session, account.id, ended, house_id=None, now=now)
        sign_ins.end_all(session, account.id)
    return account


def sign_out_everywhere(
    session: Session, engine: MediaEngine, account_id: int, *, now: datetime
) -> None:
    """End every session of an account, and its part in every call. Writes and commits.

    A device that was lost hears and sees nobody any more; the citizens stay where they are.
    """
    with ending.ending(session, engine) as ended:
        sign_ins.end_all(session, account_id)
        ending.end_calls_of_agent(session, account_id, ended, house_id=None, now=now)


def hand_over(
    session: Session, account: Agent, house: House, colleague: Agent | None, *, now: datetime
) -> int:
    """Give the appointments to come of one account to a colleague; return how many.

    Joins the caller's write transaction. Raises Conflict ``account.has_appointments`` when there
    are some and no colleague is named, or as :func:`kiosk.appointments.repair.reassign`.
    """
    waiting = store.to_come(session, account.id, house_id=house.id, now=now)
    if not waiting:
        return 0
    if colleague is None:
        raise Conflict("account.has_appointments", count=len(waiting))
    for appointment in waiting:
        repair.reassign(session, appointment, colleague)
    return len(waiting)
