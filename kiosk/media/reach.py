"""Find settings that keep browsers from the media plane, before the first call.

:func:`examine` reads only this machine and its settings: it sends no datagram and waits for
nothing. ``relay_probe.py`` asks a relay. Every code has its sentence in
``kiosk/web/setup_sentences.py``.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from kiosk.media.addresses import ANY, MediaAddress, announced, is_ours
from kiosk.media.plane.transport.udp import BUFFER, open_sockets
from kiosk.media.relays import RelayUrl
from kiosk.media.standing import is_anybody_there
from kiosk.settings import Settings

_AT_HOME = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"),
        *("127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"),
    )
)
"""What the Internet does not route: RFC 1918, 3927, 6598, 1122, 4193, 4291."""

_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".lan", ".internal", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something misconfigured: a stable code, and the values that fill its sentence."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    fatal: bool = False
    """The plane, or every call, would fail at once, so the server does not start."""


def examine(settings: Settings) -> list[Finding]:
    """Return what is wrong, the fatal first; the media port may be our own media process's."""
    found = list(_bad_values(settings))
    if not found:
        addresses = announced(settings.media_public_addresses)
        public = is_public(settings.public_url)
        # A media process of a former web process has the port already, and will be adopted.
        port = 0 if is_anybody_there(settings.media_socket) else settings.udp_port
        found += _sockets(addresses, port, public=public)
        found += _translations(settings.media_public_addresses)
        found += _who_can_come(addresses) if public else []
        found += _half_a_relay(settings)
    return sorted(found, key=lambda finding: not finding.fatal)


def _bad_values(settings: Settings) -> Iterator[Finding]:
    for text in settings.media_public_addresses:
        if not _reads(MediaAddress.parse, text):
            yield Finding("reach.bad_address", {"address": text}, fatal=True)
            return
    if not _reads(announced, settings.media_public_addresses):
        given = ", ".join(settings.media_public_addresses)
        yield Finding("reach.bad_address", {"address": given}, fatal=True)
    for url in settings.turn_urls:
        # With one of these a browser refuses to make any connection.
        if not _reads(RelayUrl.parse, url):
            yield Finding("reach.bad_relay", {"url": url}, fatal=True)


def _reads(reader: Callable[[Any], object], value: object) -> bool:
    try:
        reader(value)
    except ValueError:
        return False
    return True


def _sockets(addresses: Iterable[MediaAddress], port: int, *, public: bool) -> Iterator[Finding]:
    foreign = [address for address in addresses if not is_ours(address.local)]
    for address in foreign:
        values = {"address": address.public, "local": address.local}
        yield Finding("reach.local_side", values, fatal=True)
    if foreign:
        return
    try:
        opened, _ = open_sockets((address.local for address in addresses), port)
    except OSError:
        yield Finding("reach.port_taken", {"port": port}, fatal=True)
        return
    # Linux reports twice what it grants: half of it is for its own bookkeeping.
    granted = min(one.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) for one in opened) // 2
    for one in opened:
        one.close()
    if public and granted < BUFFER:  # a demonstration needs no more
        sizes = {"granted": granted >> 10, "wanted": BUFFER >> 10, "bytes": BUFFER}
        yield Finding("reach.small_buffer", sizes)


def _translations(given: Iterable[str]) -> Iterator[Finding]:
    for text in given:
        if "=" not in text and MediaAddress.parse(text).local in ANY.values():
            yield Finding("reach.foreign_address", {"address": text})


def _who_can_come(addresses: Iterable[MediaAddress]) -> Iterator[Finding]:
    public = [ipaddress.ip_address(address.public) for address in addresses]
    values = {"addresses": ", ".join(str(address) for address in public)}
    if all(address.is_loopback for address in public):
        yield Finding("reach.only_loopback", values)
    elif all(is_at_home(address) for address in public):
        yield Finding("reach.only_private", values)
    elif not any(address.version == 6 for address in public):
        yield Finding("reach.no_ipv6", values)


def _half_a_relay(settings: Settings) -> Iterator[Finding]:
    has_secret = bool(settings.turn_secret.get_secret_value())
    if settings.turn_urls and not has_secret:
        yield Finding("reach.relay_without_secret")
    if has_secret and not settings.turn_urls:
        yield Finding("reach.relay_without_address")


def is_public(url: str) -> bool:
    """Whether ``url`` can be reached from the Internet, by its host name."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not is_at_home(ipaddress.ip_address(host))
    except ValueError:
        return "." in host and not host.endswith(_LOCAL_NAMES)


def is_at_home(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether only this machine or its own network can send to ``address``."""
    return any(address in net for net in _AT_HOME if net.version == address.version)
