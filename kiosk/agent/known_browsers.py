"""A signed cookie by which a browser is known where an agent has signed in before.

It opens nothing. Wrong passwords from elsewhere are not counted against it, so nobody can lock an
agent out of the computer they work at (decision 0312). A new password makes it worthless.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from kiosk import request as parts
from kiosk.agent.sign_in import password_mark
from kiosk.houses.model import Agent

COOKIE = "guichet_poste"
PATH = "/agent"
KEPT_S = 180 * 24 * 3600
ACCOUNTS_KNOWN = 8
"""Agents who share a desk; the one who signed in longest ago is forgotten first."""


def name_for(account: Agent) -> str | None:
    """Return this browser's random name when the account has signed in here, else None."""
    held = _held()
    return held["name"] if held["accounts"].get(str(account.id)) == password_mark(account) else None


def remember(response: Response, account: Agent) -> None:
    """Note on the answer that this account has signed in with this browser."""
    held = _held()
    others = {key: mark for key, mark in held["accounts"].items() if key != str(account.id)}
    newest = list(others.items())[1 - ACCOUNTS_KNOWN :]
    known = {**dict(newest), str(account.id): password_mark(account)}
    response.set_cookie(
        COOKIE,
        _serializer().dumps({"name": held["name"], "accounts": known}),
        max_age=KEPT_S,
        path=PATH,
        secure=parts.settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def _held() -> dict[str, Any]:
    try:
        held: dict[str, Any] = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=KEPT_S)
    except BadSignature:
        return {"name": secrets.token_urlsafe(9), "accounts": {}}
    return held


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts.settings().secret_key.get_secret_value(), "known browser")
