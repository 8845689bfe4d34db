"""Invitations to an account and links to another password: made, announced, used.

A link is shown once to the person who makes it, and sent by e-mail where the account has an
address. The message holds no secret while it waits: its link is derived when it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.houses import account_links, sign_ins, store
from kiosk.houses.account_links import AccountKeys
from kiosk.houses.model import AccountLink, Agent, House, LinkPurpose
from kiosk.messaging.message import Channel
from kiosk.notifications import notices
from kiosk.notifications.kind import Notice

SUBJECT_TYPE = "account_link"
VERSION = 1
"""A link never changes: it is used, or it expires."""

PASSWORD_LINKS = (LinkPurpose.INVITATION, LinkPurpose.RESET)


def invite(
    session: Session,
    keys: AccountKeys,
    account: Agent,
    purpose: LinkPurpose,
    *,
    language: str,
    now: datetime,
) -> AccountLink:
    """Make a link to choose a password, and queue the e-mail where there is an address.

    Joins the caller's write transaction.
    """
    link = account_links.make(session, keys, purpose, account=account, now=now)
    if account.email and _house(session, account) is not None:
        notice = Notice(
            event=purpose,
            subject_type=SUBJECT_TYPE,
            subject_id=link.id,
            version=VERSION,
            channel=Channel.EMAIL,
            recipient=account.email,
            language=language,
            starts_at=now,
            ends_at=link.expires_at,
        )
        notices.announce(session, notice, now=now)
    return link


def account_of(
    session: Session, keys: AccountKeys, typed: str, *, now: datetime
) -> tuple[AccountLink, Agent]:
    """Return a link to choose a password, and the open account it is about.

    Raises NotFound ``account_link.bad``.
    """
    link = account_links.look(session, keys, typed, *PASSWORD_LINKS, now=now)
    account = store.agent(session, link.agent_id or 0)
    if account is None:
        raise NotFound("account_link.bad")
    return link, account


def choose_password(session: Session, link: AccountLink, account: Agent, digest: str) -> None:
    """Use the link: the account has this password, and its sessions end.

    Joins the caller's write transaction. Raises NotFound ``account_link.bad``.
    """
    account_links.use(session, link)
    account.password_digest = digest
    sign_ins.end_all(session, account.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkValues:
    """What the message with a link may say."""

    citizen_name: str
    house_name: str
    house_phone: str
    login: str
    version: int = VERSION
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountLinkSubject:
    """One-time links as a subject of messages (``kiosk/notifications/subjects.py``)."""

    keys: AccountKeys
    public_url: str

    def values(self, session: Session, subject_id: int) -> LinkValues | None:
        """Return what may be said at this moment; None when the link was used."""
        link = session.get(AccountLink, subject_id)
        account = store.agent(session, link.agent_id or 0) if link is not None else None
        house = _house(session, account) if account is not None else None
        if link is None or account is None or house is None:
            return None
        return LinkValues(
            citizen_name=account.name,
            house_name=house.name,
            house_phone=house.phone,
            login=account.login,
            link=self.keys.address(link, self.public_url),
        )

    def announce(self, session: Session, subject_id: int) -> None:
        """Do nothing: no open page shows these messages."""


def _house(session: Session, account: Agent) -> House | None:
    """Return the house whose name and number the message has; an administrator may have none."""
    return next(iter(store.houses_of(session, account)), None)
