"""Somebody stops working in a house: membership, sessions and calls end together.

Here and not in ``houses``, because calls stand above houses and imports go down only.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk.houses import accounts
from kiosk.houses.model import Agent, House
from kiosk.storage.database import writing


def remove_from_house(session: Session, account_id: int, house: House, *, by: Agent) -> Agent:
    """End an account's work in ``house``; it closes with its last one. Writes and commits.

    Every later request of its sessions is refused: a session is checked against the account each
    time. Raises as :func:`kiosk.houses.accounts.leave_house`.
    """
    with writing(session):
        return accounts.leave_house(session, account_id, house, by=by)
