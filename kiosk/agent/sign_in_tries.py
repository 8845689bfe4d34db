"""How often a password may be tried: counted before it is checked, taken back when it was right.

From a browser where the account has signed in before, only that browser's own tries count; from
any other, those for the login and those of the network address (IPv6 by /64). Decision 0312.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from limits import RateLimitItem, parse_many

from kiosk import request as parts
from kiosk.agent import known_browsers
from kiosk.errors import TooManyTries
from kiosk.houses import store
from kiosk.houses.model import Agent
from kiosk.system.networks import network_of
from kiosk.web.limits import limiter

TRIES_AN_ADDRESS = "10 per minute; 60 per hour"
TRIES_A_LOGIN = "10 per 5 minutes"
TRIES_A_KNOWN_BROWSER = "10 per 5 minutes"
LINKS_AN_ADDRESS = "20 per hour"
LINKS_A_LOGIN = "5 per hour"
LONGEST_LOGIN = 80


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a password, already counted."""

    counted: Sequence[tuple[RateLimitItem, str]]

    def take_back(self) -> None:
        """Count it no more: it was right, or it was never checked."""
        for limit, key in self.counted:
            limiter.storage.incr(limit.key_for(key), limit.get_expiry(), amount=-1)


def begin(login: str) -> Try:
    """Count a try of this login's password; raise TooManyTries ``sign_in.too_many``."""
    account = store.agent_by_login(parts.session(), login)
    name = known_browsers.name_for(account) if account is not None else None
    if account is not None and name is not None:
        return _counted({f"browser:{name}:{account.id}": TRIES_A_KNOWN_BROWSER})
    address = network_of(parts.address())
    typed = login.strip().lower()[:LONGEST_LOGIN]
    return _counted({f"address:{address}": TRIES_AN_ADDRESS, f"login:{typed}": TRIES_A_LOGIN})


def count_forgotten(who: str) -> None:
    """Count a request for a link by e-mail; raise TooManyTries ``sign_in.too_many``."""
    typed = who.strip().lower()[:LONGEST_LOGIN]
    address = network_of(parts.address())
    _counted({f"forgotten at:{address}": LINKS_AN_ADDRESS, f"forgotten:{typed}": LINKS_A_LOGIN})


def begin_change(account: Agent) -> Try:
    """Count a try of the present password of somebody who is signed in; raises as :func:`begin`."""
    return _counted({f"change:{account.id}": TRIES_A_LOGIN})


def _counted(limits: dict[str, str]) -> Try:
    pairs = [(limit, key) for key, text in limits.items() for limit in parse_many(text)]
    # Every limit is hit, so that parallel tries see each other, and a refused one leaves no gap.
    refused = [limit for limit, key in pairs if not limiter.limiter.hit(limit, key)]
    if refused:
        raise TooManyTries("sign_in.too_many", retry_after_s=max(_left_s(refused, pairs), 1))
    return Try(pairs)


def _left_s(refused: Sequence[RateLimitItem], pairs: Sequence[tuple[RateLimitItem, str]]) -> int:
    ends = [
        limiter.limiter.get_window_stats(limit, key).reset_time
        for limit, key in pairs
        if limit in refused
    ]
    return int(max(ends) - time.time())
