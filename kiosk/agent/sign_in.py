"""Who is signed in: the adapter between Flask-Login and the accounts of the houses.

The cookie holds the account's id, a mark of its password, the hour of the sign-in and the number of
its row (``houses/sign_ins.py``). A closed account, a changed password, a row that is gone or ten
hours end the session.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from kiosk import clock
from kiosk import request as parts
from kiosk.agent import browsers
from kiosk.houses import accounts, sign_ins, store
from kiosk.houses.model import Agent, SignIn
from kiosk.storage.database import DatabaseBusy, writing
from kiosk.system.signing import AHEAD_S
from kiosk.web.i18n import CHOSEN

LIFETIME = sign_ins.LIFETIME
SINCE = "signed_in_since"
ROW = "sign_in"


class SignedIn:
    """An account with the attributes that Flask-Login reads."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Agent) -> None:
        self.account = account

    def get_id(self) -> str:
        """Return what the cookie holds; a new password invalidates every older cookie."""
        return f"{self.account.id}.{password_mark(self.account)}"


def init_app(app: Flask) -> None:
    """Install Flask-Login. Its cookie "remember me" is never set: desks are shared."""
    keeper = LoginManager(app)
    keeper.user_loader(_load)


def enter(account: Agent, *, now: datetime) -> None:
    """Sign the account in, after emptying the session of all but the language.

    Emptying it prevents session fixation.
    """
    kept = session.get(CHOSEN)
    session.clear()
    if kept:
        session[CHOSEN] = kept
    session[SINCE] = now.timestamp()
    device = browsers.described(request.user_agent.string)
    with writing(parts.session()) as database:
        accounts.signed_in(account, now)
        session[ROW] = sign_ins.add(database, account, **device, now=now).id
    login_user(SignedIn(account))


def leave() -> None:
    """Sign out and empty the session of all but the language."""
    kept, signed_in = session.get(CHOSEN), account()
    if signed_in is not None:
        with writing(parts.session()) as database:
            sign_ins.end(database, row_id(), signed_in.id)
    logout_user()
    session.clear()
    if kept:
        session[CHOSEN] = kept


def account() -> Agent | None:
    """Return the account that is signed in, if any."""
    return current_user.account if current_user.is_authenticated else None


def row_id() -> int:
    """Return the number of this session's row; 0 when nobody is signed in."""
    held = session.get(ROW)
    return held if isinstance(held, int) else 0


def local_path(wanted: str | None) -> str | None:
    """Return ``wanted`` when it is a page of the agents on this very site, else None.

    A browser reads ``//host`` and ``/\\host`` as another site, and drops control characters.
    """
    if not wanted or "\\" in wanted or not wanted.isprintable():
        return None
    parts = urlsplit(wanted)
    inside = parts.path == "/agent" or parts.path.startswith("/agent/")
    return wanted if inside and not parts.scheme and not parts.netloc else None


def password_mark(account: Agent) -> str:
    """Return a mark of the account's password: another one after each change."""
    return sha256(account.password_digest.encode()).hexdigest()[:16]


def _load(held: str) -> SignedIn | None:
    number, _, mark = held.partition(".")
    since = session.get(SINCE)
    if not number.isdecimal() or not isinstance(since, float):
        return None
    age = clock.now().timestamp() - since
    # A sign-in in the future was made before the clock was set back.
    if not -AHEAD_S <= age < LIFETIME.total_seconds():
        return None
    found = store.agent(parts.session(), int(number))
    if found is None or not hmac.compare_digest(mark, password_mark(found)):
        return None
    row = sign_ins.one(parts.session(), row_id(), found.id)
    if row is None:
        return None
    _note(row)
    return SignedIn(found)


def _note(row: SignIn) -> None:
    """Note that the browser was seen, at most every few minutes; it may be noted another time."""
    now = clock.now()
    if now - row.seen_at < sign_ins.NOTED_EVERY:
        return
    with suppress(DatabaseBusy), writing(parts.session()):
        row.seen_at = now
