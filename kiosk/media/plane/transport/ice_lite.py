"""ICE-lite (RFC 8445 §2.5): only answers checks, and learns from them the browser's address.

There is no gathering and no timer, and the browser's candidates are not needed. Nothing is sent to
an address before a request from it was signed with the password of its agent.
"""

from __future__ import annotations

import socket
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from kiosk.media.plane.limits import ADDRESSES_PER_PEER, CHECKS_BURST, CHECKS_PER_SECOND, Allowance
from kiosk.media.plane.transport.transactions import Transactions
from kiosk.media.plane.wire.stun import Credentials

Address = tuple[Any, ...]
"""What the socket module calls an address: (host, port) or (host, port, flow, scope)."""


@dataclass(frozen=True, slots=True)
class Path:
    """One of our sockets and the browser's address as seen from it."""

    socket: socket.socket
    address: Address

    def send(self, data: bytes | memoryview) -> bool:
        """Send one datagram; False when the kernel would not take it (full, unreachable)."""
        try:
            self.socket.sendto(data, self.address)
        except OSError:
            return False
        return True


class IceAgent:
    """The server's end of one browser's ICE: credentials, proven addresses, the path in use.

    After a restart (RFC 8445 §9) the former credentials stay valid until the browser nominates a
    path under the new ones, so that media is not interrupted.
    """

    __slots__ = (
        "_checks",
        "_former",
        "_seen",
        "_unproven",
        "consented_at",
        "credentials",
        "heard_at",
        "path",
        "paths",
    )

    def __init__(self, now: float) -> None:
        self.credentials = Credentials()
        self._former: Credentials | None = None
        self.path: Path | None = None
        self.paths: OrderedDict[Address, Path] = OrderedDict()
        self.heard_at = now
        """When a valid check last came, from any address: the browser is alive."""

        self.consented_at = now
        """When one last came on the path in use: media may be sent there (RFC 7675 §5.1)."""

        self._seen = Transactions()
        self._checks = Allowance(CHECKS_PER_SECOND, CHECKS_BURST, now)
        self._unproven = Allowance(CHECKS_PER_SECOND, CHECKS_BURST, now)

    def restart(self) -> str | None:
        """Draw new credentials.

        Returns the ufrag that is no longer valid: of two restarts in a row, the one in between.
        """
        dropped = self.credentials.ufrag if self._former else None
        self._former, self.credentials = self._former or self.credentials, Credentials()
        return dropped

    def known(self) -> list[Credentials]:
        """Return the valid credentials, the newest first."""
        return [self.credentials, self._former] if self._former else [self.credentials]

    def password_of(self, ufrag: str) -> str:
        """Return the password that belongs to ``ufrag``, one of :meth:`known`."""
        return next(one.password for one in self.known() if one.ufrag == ufrag)

    def settle(self, ufrag: str) -> str | None:
        """Note that a path was nominated under ``ufrag``; return the ufrag that ends by it."""
        if self._former is None or ufrag != self.credentials.ufrag:
            return None
        ended, self._former = self._former.ufrag, None
        return ended

    def accepts_check(self, address: Address, now: float) -> bool:
        """Return whether one more check from ``address`` is within the allowed rate.

        Proven addresses have an allowance of their own: an attacker who has overheard the ufrag can
        use up that of all other addresses, but cannot keep a browser from renewing its consent.
        """
        return (self._checks if address in self.paths else self._unproven).take(now)

    def replayed(self, transaction: bytes, address: Address) -> bool:
        """Return whether that transaction was already used from elsewhere, and remember it.

        A captured request sent again from another address must not move the session there.
        """
        return self._seen.used_before(transaction, address)

    def prove(self, path: Path, *, nominated: bool, now: float) -> tuple[bool, Address | None]:
        """Note an authenticated request on ``path``; it renews consent for that path only.

        Returns whether media must move to it, and an address to forget when there are too many.
        """
        forgotten = None
        self.heard_at = now
        self.paths[path.address] = path
        self.paths.move_to_end(path.address)
        if len(self.paths) > ADDRESSES_PER_PEER:
            forgotten = next(key for key in self.paths if not self.uses(key))
            del self.paths[forgotten]
        moved = self.path is None or (nominated and self.path != path)
        if moved:
            self.path = path
        if self.path == path:
            self.consented_at = now
        return moved, forgotten

    def uses(self, address: Address) -> bool:
        """Return whether media is sent to ``address``, or was until consent expired."""
        return self.path is not None and self.path.address == address
