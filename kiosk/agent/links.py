"""Links with which somebody chooses a password, as the agents' pages make them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import request as parts
from kiosk.houses import accounts, invitations
from kiosk.houses.model import Agent, LinkPurpose
from kiosk.web.i18n import current_language


def purpose_for(account: Agent) -> LinkPurpose:
    """Return what a link is for: a first password, or another one."""
    is_new = account.password_digest == accounts.NOT_CHOSEN
    return LinkPurpose.INVITATION if is_new else LinkPurpose.RESET


def password_link(session: Session, account: Agent, purpose: LinkPurpose) -> str:
    """Make a link, queue its e-mail where there is an address, and return it to be shown once.

    Joins the caller's write transaction.
    """
    keys = parts.account_keys()
    link = invitations.invite(
        session, keys, account, purpose, language=current_language().code, now=clock.now()
    )
    return keys.address(link, parts.settings().public_url)
