"""Somebody stops working in a house: membership, sessions and calls end together (decision
0271).

Here and not in ``houses``, because calls stand above houses and imports go down only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.calls import ending
from kiosk.houses import accounts
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
) -> Agent:
    """End an account's work in ``house``; it closes with its last one. Writes and commits.

    The account is put out of the house's calls; the citizens in them stay where they are.

    Every later request of its sessions is refused: a session is checked against the account each
    time. Raises as :func:`kiosk.houses.accounts.leave_house`.
    """
    with ending.ending(session, engine) as ended:
        account = accounts.leave_house(session, account_id, house, by=by)
        ending.end_calls_of_agent(session, account.id, ended, house_id=house.id, now=now)
    return account
