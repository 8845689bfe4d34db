"""Accounts: opening one, signing in. Passwords are kept as argon2id digests (RFC 9106)."""

from __future__ import annotations

import secrets
from datetime import datetime
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from kiosk.errors import Conflict, NotAllowed, NotFound
from kiosk.houses import store
from kiosk.houses.model import Agent, House, Role
from kiosk.storage.database import writing

MIN_PASSWORD_LENGTH = 10

GROUPS_IN_A_TEMPORARY_PASSWORD = 3
LETTERS_IN_A_GROUP = 4
# No letter or digit that is taken for another one on paper (0/o, 1/i/l).
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
# One verification takes 64 MiB for a tenth of a second: a crowd at the door must queue.
_at_once = BoundedSemaphore(2)
_NOBODY = _hasher.hash("no account has this password")


def open_account(
    session: Session,
    *,
    house: House,
    login: str,
    name: str,
    password: str,
    role: Role = Role.AGENT,
) -> Agent:
    """Add an account and return it, flushed.

    Raises ValueError when the password is too short, Conflict ``account.login_taken`` when the
    login is, or ever was, somebody else's.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        raise ValueError(f"a password has at least {MIN_PASSWORD_LENGTH} characters")
    if store.login_is_known(session, login):
        raise Conflict("account.login_taken")
    account = Agent(
        house=house,
        login=login.strip().lower(),
        name=name,
        role=role,
        password_digest=_hasher.hash(password),
    )
    session.add(account)
    session.flush()
    return account


def temporary_password() -> str:
    """Draw a password to be read out once: ``k7mp-x2da-9hwe`` (59 bits)."""
    groups = (
        "".join(secrets.choice(_READABLE) for _ in range(LETTERS_IN_A_GROUP))
        for _ in range(GROUPS_IN_A_TEMPORARY_PASSWORD)
    )
    return "-".join(groups)


def change_password(session: Session, account: Agent, present: str, new: str) -> None:
    """Replace the password of somebody who knows the present one; writes and commits.

    The hashing comes before the write lock: it takes a tenth of a second. Raises NotAllowed
    ``sign_in.wrong``, or ValueError when the new one is too short.
    """
    if len(new) < MIN_PASSWORD_LENGTH:
        raise ValueError(f"a password has at least {MIN_PASSWORD_LENGTH} characters")
    check_password(session, account.login, present)
    digest = _hasher.hash(new)
    with writing(session):
        account.password_digest = digest


def close_account(session: Session, account_id: int, *, by: Agent) -> None:
    """Deactivate an account of the manager's house; raise NotFound, or Conflict for their own.

    The row stays: appointments and the journal go on naming who did what.
    """
    account = store.agent(session, account_id)
    if account is None or account.house_id != by.house_id:
        raise NotFound("account.not_found")
    if account.id == by.id:
        raise Conflict("account.own")
    account.active = False


def check_password(session: Session, login: str, password: str) -> Agent:
    """Return the account these open; raise NotAllowed ``sign_in.wrong`` for any mismatch.

    An unknown login costs the same time as a wrong password, so neither tells which it was.
    """
    account = store.agent_by_login(session, login)
    digest = account.password_digest if account else _NOBODY
    with _at_once:
        try:
            _hasher.verify(digest, password)
        except (VerificationError, InvalidHashError):
            raise NotAllowed("sign_in.wrong") from None
    if account is None:
        raise NotAllowed("sign_in.wrong")
    return account


def signed_in(account: Agent, now: datetime) -> None:
    """Note when the account was last used and renew its digest if the parameters have grown."""
    account.signed_in_at = now
