"""Relays (TURN, RFC 8656) for networks that block UDP: their addresses and credentials.

A browser gets credentials with its offer, made from a secret that only the server and the relay
know, for one connection, for a few hours (draft-uberti-behave-turn-rest-00). No account is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.media.messages import IceServer

LIFETIME_S = 4 * 3600
"""A relay asks for credentials when it is first used and when the network changes: longer than any
appointment, so that a call that overruns still comes back."""

_URL = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(:(?P<port>\d{1,5}))?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)


@dataclass(frozen=True, slots=True)
class RelayUrl:
    """A TURN address taken apart (RFC 7065 §3.1)."""

    host: str
    port: int
    transport: Literal["udp", "tcp"]
    tls: bool

    @classmethod
    def parse(cls, text: str) -> RelayUrl:
        """Read ``turn:host:port?transport=udp|tcp`` or ``turns:…``; raises ValueError.

        ``turns:`` is over TCP (443 where networks are strict), ``turn:`` over UDP unless it says
        otherwise.
        """
        found = _URL.fullmatch(text)
        if found is None:
            raise ValueError(f"{text} is not a TURN address")
        tls = found["scheme"] == "turns"
        port = int(found["port"] or (5349 if tls else 3478))
        if not 0 < port < 65536:
            raise ValueError(f"{text} has no such port")
        transport: Literal["udp", "tcp"] = "tcp" if tls or found["transport"] == "tcp" else "udp"
        if tls and found["transport"] == "udp":
            raise ValueError(f"{text}: no browser speaks TURN over DTLS")
        return cls(found["host"].strip("[]"), port, transport, tls)


@dataclass(frozen=True, slots=True)
class Credentials:
    """They open a relay until the time written in ``username``."""

    username: str
    password: str


class Relays:
    """The relays of an installation; none without both addresses and secret."""

    def __init__(self, urls: tuple[str, ...], secret: str) -> None:
        self._urls = urls if secret else ()
        self._secret = secret.encode()

    def credentials(self, holder: str, *, now: datetime) -> Credentials:
        """Return credentials for ``holder``, an id that means nothing outside, from ``now`` on."""
        username = f"{int(now.timestamp()) + LIFETIME_S}:{holder}"
        digest = hmac.new(self._secret, username.encode(), hashlib.sha1).digest()
        return Credentials(username, base64.b64encode(digest).decode())

    def ice_servers(self, holder: str, *, now: datetime) -> list[IceServer]:
        """Return the value of ``RTCConfiguration.iceServers``; empty without relays."""
        if not self._urls:
            return []
        made = self.credentials(holder, now=now)
        urls = list(self._urls)
        return [IceServer(urls=urls, username=made.username, credential=made.password)]
