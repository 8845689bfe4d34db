"""Accounts: opening one, its houses, its password. Digests are argon2id (RFC 9106).

Removing somebody also ends their calls and hands over their appointments, which are above this
package: those whole use cases are in :mod:`kiosk.appointments.departures`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from kiosk.errors import Conflict, KioskError, NotAllowed, NotFound
from kiosk.houses import account_links, sign_ins, store
from kiosk.houses.model import Agent, House, Membership, Role
from kiosk.language.typed import plain
from kiosk.storage.database import writing

MIN_PASSWORD_LENGTH = 10

LONGEST_MADE_LOGIN = 40

NOT_CHOSEN = "-"
"""In the place of a digest until the person has chosen a password: no password has it."""

HASHES_AT_ONCE = 2
"""One takes 64 MiB and a tenth of a second of a core."""

HASHES_WAITING = 4
"""Threads that may wait for their turn; the next ones are refused at once."""

HASH_WAIT_S = 3.0

_hasher = PasswordHasher()
_running = BoundedSemaphore(HASHES_AT_ONCE)
_places = BoundedSemaphore(HASHES_AT_ONCE + HASHES_WAITING)
_NOBODY = _hasher.hash("no account has this password")


class PasswordsBusy(KioskError):
    """Too many passwords are being checked: this one was not looked at."""

    code = "sign_in.busy"
    status = 503

    def __init__(self) -> None:
        super().__init__(retry_after_s=HASH_WAIT_S)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one's turn to hash, among few and not for long: other pages need the threads."""
    if not _places.acquire(blocking=False):
        raise PasswordsBusy
    try:
        if not _running.acquire(timeout=HASH_WAIT_S):
            raise PasswordsBusy
        try:
            yield
        finally:
            _running.release()
    finally:
        _places.release()


def digest_of(password: str) -> str:
    """Return the digest to store of a new password; takes a tenth of a second.

    Call it before the write transaction. Raises ValueError when the password is too short, or
    PasswordsBusy.
    """
    chosen = plain_password(password)
    if len(chosen) < MIN_PASSWORD_LENGTH:
        raise ValueError(f"a password has at least {MIN_PASSWORD_LENGTH} characters")
    with _turn():
        return _hasher.hash(chosen)


def plain_password(typed: str) -> str:
    """Return a password as every system writes it: in NFKC (NIST SP 800-63B §3.1.1.2), without
    signs that show nothing and without spaces at its ends, which are pasted along."""
    return plain(typed).strip()


def is_login(text: str) -> bool:
    """Tell whether a new account may have this login."""
    return re.fullmatch(r"[A-Za-z0-9._-]{2,80}", text) is not None


def open_account(
    session: Session,
    *,
    house: House | None,
    login: str,
    name: str,
    email: str = "",
    password: str = "",
    digest: str = "",
    role: Role = Role.AGENT,
    administrator: bool = False,
) -> Agent:
    """Add an account with a role in ``house`` and return it, flushed.

    Where others write at the same time, give the ``digest`` of the password (:func:`digest_of`),
    or :data:`NOT_CHOSEN` for somebody who is invited to choose one.
    Only an administrator needs no house. Raises ValueError when the password is too short or the
    account would open nothing, Conflict ``account.login_taken`` when the login is, or ever was,
    somebody else's.
    """
    digest = digest or digest_of(password)
    if house is None and not administrator:
        raise ValueError("an account that is no administrator's needs a house")
    if store.login_is_known(session, login):
        raise Conflict("account.login_taken")
    account = Agent(
        login=login.strip().lower(),
        name=name,
        email=email,
        is_administrator=administrator,
        password_digest=digest,
    )
    if house is not None:
        account.memberships.append(Membership(house=house, role=role))
    session.add(account)
    session.flush()
    return account


def join_house(session: Session, house: House, login: str, role: Role) -> Agent:
    """Make the active account with this login a member of one more house; return it, flushed.

    Raises NotFound ``account.not_found``, or Conflict ``account.member_already``.
    """
    account = store.agent_by_login(session, login)
    if account is None:
        raise NotFound("account.not_found")
    if account.role_in(house.id) is not None:
        raise Conflict("account.member_already")
    account.memberships.append(Membership(house=house, role=role))
    session.flush()
    return account


def leave_house(session: Session, account_id: int, house: House, *, by: Agent) -> Agent:
    """End an account's membership of ``house``; the account closes with its last one.

    The row stays: appointments and the journal go on naming who did what. An administrator's
    account stays open. Raises NotFound when the account is no member, Conflict ``account.own``
    when it is that of ``by``, ``account.last_manager`` when nobody else could let others in.
    """
    account = store.agent(session, account_id)
    ended = [one for one in account.memberships if one.house_id == house.id] if account else []
    if account is None or not ended:
        raise NotFound("account.not_found")
    if account.id == by.id:
        raise Conflict("account.own")
    refuse_without_manager(session, account, house)
    if outlives_its_house(account):
        account.memberships.remove(ended[0])
    else:
        # A closed account keeps its last membership: the house it worked in.
        account.active = False
    session.flush()
    return account


def close(session: Session, account_id: int, *, by: Agent | None) -> Agent:
    """Close an account whole; its memberships stay, so that it can be opened again.

    ``by`` is None for the command line. Raises NotFound ``account.not_found``, Conflict
    ``account.last_administrator``, ``account.last_manager`` or ``account.own``, NotAllowed when
    ``by`` may not decide about it.
    """
    account = store.agent(session, account_id)
    if account is None:
        raise NotFound("account.not_found")
    if by is not None and not may_decide_about(by, account):
        raise NotAllowed("account.elsewhere")
    if account.is_administrator and not store.other_administrators(session, account):
        raise Conflict("account.last_administrator")
    if by is not None and account.id == by.id:
        raise Conflict("account.own")
    for house in account.houses:
        refuse_without_manager(session, account, house)
    account.active = False
    account_links.withdraw(session, account.id)
    session.flush()
    return account


def reopen(session: Session, account_id: int, *, by: Agent | None) -> Agent:
    """Open a closed account again, in the houses it worked in; it must choose a new password.

    Raises NotFound ``account.not_found``, NotAllowed when ``by`` may not decide about it.
    """
    account = session.get(Agent, account_id)
    if account is None or account.active:
        raise NotFound("account.not_found")
    if by is not None and not may_decide_about(by, account):
        raise NotAllowed("account.elsewhere")
    account.active = True
    account.password_digest = NOT_CHOSEN
    session.flush()
    return account


def rename(session: Session, account: Agent, name: str, email: str) -> None:
    """Give an account this name and address; joins the caller's write transaction.

    Links that went to a former address are worth nothing from now on.
    """
    if email != account.email:
        account_links.withdraw(session, account.id)
    account.name, account.email = name, email


def change_role(session: Session, account: Agent, house: House, role: Role) -> None:
    """Give a member another role in ``house``; joins the caller's write transaction.

    Raises NotFound when the account is no member, Conflict ``account.last_manager`` when the house
    would have nobody left who manages it.
    """
    found = [one for one in account.memberships if one.house_id == house.id]
    if not found:
        raise NotFound("account.not_found")
    if role != Role.MANAGER:
        refuse_without_manager(session, account, house)
    found[0].role = role
    session.flush()


def refuse_without_manager(session: Session, account: Agent, house: House) -> None:
    """Raise Conflict ``account.last_manager`` when only this account manages the house.

    Where there is an administrator there is always somebody: administrators manage every house.
    """
    if account.role_in(house.id) != Role.MANAGER or account.is_administrator:
        return
    if store.other_administrators(session, account):
        return
    if not store.other_managers(session, account, house.id):
        raise Conflict("account.last_manager")


def may_decide_about(by: Agent, account: Agent) -> bool:
    """Tell whether ``by`` may give this account another password or address, or close it.

    That opens whatever the account opens: so only who manages each of its houses may, and only an
    administrator for an administrator (decision 0352).
    """
    if by.is_administrator:
        return True
    manages_all = all(by.manages(one.house_id) for one in account.memberships)
    return manages_all and not account.is_administrator


def free_login(session: Session, name: str) -> str:
    """Return a login made of a name, ``prenom.nom``, that nobody has or ever had."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(
        r"[a-z0-9]+", "".join(one for one in letters if ord(one) < 128 or one == " ")
    )
    base = ".".join(words)[:LONGEST_MADE_LOGIN].strip(".")
    base = base if is_login(base) else "agent"
    number, login = 1, base
    while store.login_is_known(session, login):
        number += 1
        login = f"{base}{number}"
    return login


def outlives_its_house(account: Agent) -> bool:
    """Tell whether an account stays open when its membership of one house ends."""
    return account.is_administrator or len(account.memberships) > 1


def change_password(session: Session, account: Agent, present: str, new: str) -> None:
    """Replace the password of somebody who knows the present one; writes and commits.

    The hashing comes before the write lock: it takes a tenth of a second. Raises NotAllowed
    ``sign_in.wrong``, or ValueError when the new one is too short.
    """
    if len(plain_password(new)) < MIN_PASSWORD_LENGTH:
        raise ValueError(f"a password has at least {MIN_PASSWORD_LENGTH} characters")
    check_password(session, account.login, present)
    digest = digest_of(new)
    with writing(session):
        account.password_digest = digest
        sign_ins.end_all(session, account.id)


def check_password(session: Session, login: str, password: str) -> Agent:
    """Return the account that login and password open; raise NotAllowed ``sign_in.wrong`` else.

    An unknown login costs the same time as a wrong password, so neither tells which it was.
    Raises PasswordsBusy when too many are checked at once.
    """
    account = store.agent_by_login(session, login)
    has_one = account is not None and account.password_digest != NOT_CHOSEN
    digest = account.password_digest if account is not None and has_one else _NOBODY
    with _turn():
        # Those chosen before 1 December 2026 were stored as they were typed.
        is_right = any(_is_of(digest, one) for one in {plain_password(password), password})
    if account is None or not has_one or not is_right:
        raise NotAllowed("sign_in.wrong")
    return account


def _is_of(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False


def signed_in(account: Agent, now: datetime) -> None:
    """Note when the account was last used."""
    account.signed_in_at = now
