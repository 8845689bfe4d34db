"""One-time links: the first run, the invitation to an account, another password.

As with rooms (decision 0002) no secret is stored: it is derived from the row's seed under the
secret key, when the message is sent, and recognised by a keyed digest. Looking at a link changes
nothing; using it deletes the row, so that of two who use it at once one is refused.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.houses.model import AccountLink, Agent, LinkPurpose
from kiosk.language.typed import plain

LINK_BYTES = 16
TOKEN_LENGTH = 22
"""16 bytes in URL-safe base64 (RFC 4648 §5) without padding."""

LIFETIMES = {
    LinkPurpose.FIRST_RUN: timedelta(hours=24),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=2),
}

PATHS = {
    LinkPurpose.FIRST_RUN: "/premier-demarrage",
    LinkPurpose.INVITATION: "/agent/nouveau-mot-de-passe",
    LinkPurpose.RESET: "/agent/nouveau-mot-de-passe",
}
"""The page that takes each link; the secret is in the fragment, which no server sees."""

_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")


class AccountKeys:
    """Derives and recognises the secrets of one-time links, under one secret key."""

    def __init__(self, secret_key: str) -> None:
        self._derive_key = hmac.digest(secret_key.encode(), b"account links", sha256)
        self._digest_key = hmac.digest(secret_key.encode(), b"account link digests", sha256)

    def token(self, purpose: LinkPurpose, seed: bytes) -> str:
        """Derive the secret of a link from its seed."""
        material = hmac.digest(self._derive_key, f"{purpose}:".encode() + seed, sha256)
        return urlsafe_b64encode(material[:LINK_BYTES]).rstrip(b"=").decode()

    def digest(self, token: str) -> str:
        """Return the keyed digest under which a secret is recognised."""
        return hmac.new(self._digest_key, token.encode(), sha256).hexdigest()

    def address(self, link: AccountLink, public_url: str) -> str:
        """Return the whole address that its holder opens."""
        purpose = LinkPurpose(link.purpose)
        return f"{public_url}{PATHS[purpose]}#{self.token(purpose, link.seed)}"


def make(
    session: Session,
    keys: AccountKeys,
    purpose: LinkPurpose,
    *,
    account: Agent | None = None,
    now: datetime,
) -> AccountLink:
    """Add a link that ends after the lifetime of its purpose; return it flushed.

    Joins the caller's write transaction.
    """
    seed = secrets.token_bytes(LINK_BYTES)
    link = AccountLink(
        purpose=purpose,
        agent_id=account.id if account is not None else None,
        seed=seed,
        digest=keys.digest(keys.token(purpose, seed)),
        made_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    session.add(link)
    session.flush()
    return link


def look(
    session: Session, keys: AccountKeys, typed: str, *purposes: LinkPurpose, now: datetime
) -> AccountLink:
    """Return the link whose secret was typed, without using it.

    Raises NotFound ``account_link.bad`` when it was used or replaced, has expired, or never was.
    """
    token = clean_token(typed)
    found = token and session.scalar(
        select(AccountLink).where(
            AccountLink.digest == keys.digest(token),
            AccountLink.purpose.in_(purposes),
            AccountLink.expires_at > now,
        )
    )
    if not found:
        raise NotFound("account_link.bad")
    return found


def use(session: Session, link: AccountLink) -> None:
    """Use the link up: it opens nothing from now on, nor do the others of its account.

    Joins the caller's write transaction. Raises NotFound ``account_link.bad`` when somebody else
    used it in the meantime.
    """
    mine = AccountLink.id == link.id
    # RETURNING, because the one who deletes the row is the one who used it.
    used = session.scalar(delete(AccountLink).where(mine).returning(AccountLink.id))
    if used is None:
        raise NotFound("account_link.bad")
    if link.agent_id is not None:
        withdraw(session, link.agent_id)


def withdraw(session: Session, account_id: int) -> None:
    """Make every link of an account worthless; joins the caller's write transaction."""
    session.execute(delete(AccountLink).where(AccountLink.agent_id == account_id))


def withdraw_first_runs(session: Session) -> None:
    """Make every link of the first run worthless; joins the caller's write transaction."""
    session.execute(delete(AccountLink).where(AccountLink.purpose == LinkPurpose.FIRST_RUN))


def forget(session: Session, *, now: datetime) -> None:
    """Delete the links that have expired."""
    session.execute(delete(AccountLink).where(AccountLink.expires_at <= now))


def clean_token(typed: str) -> str | None:
    """Return the secret in what was typed or pasted: alone, or the whole address."""
    text = plain(typed)
    before, mark, after = text.partition("#")
    found = _TOKEN.search("".join((after if mark else before).split()))
    return found.group() if found else None
