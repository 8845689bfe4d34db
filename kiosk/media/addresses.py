"""Which addresses are announced to browsers as the media plane's."""

from __future__ import annotations

import ipaddress
import socket

# Nothing is sent there: connecting a UDP socket only makes the kernel choose a route, and with it
# the address this machine would speak from. Both are documentation prefixes (RFC 5737, RFC 3849).
_FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def announced(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``given``, each checked and in canonical form, or this machine's own addresses.

    Its own are one IPv4 and, where there is one, one IPv6 address, in that order; 127.0.0.1 when it
    has neither.

    Raises ValueError for what is no address, or none a browser could send to (``0.0.0.0``, ``::``,
    multicast, link-local IPv6).
    """
    if given:
        return tuple(dict.fromkeys(_checked(text) for text in given))
    own = (_primary_address(family) for family in _FAR)
    return tuple(address for address in own if address) or ("127.0.0.1",)


def _primary_address(family: socket.AddressFamily) -> str | None:
    """Return the address by which this machine reaches the world, or None when it is cut off."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((_FAR[family], 9))
            address = ipaddress.ip_address(probe.getsockname()[0])
    except OSError:
        return None
    return None if address.is_link_local else str(address)


def _checked(text: str) -> str:
    address = ipaddress.ip_address(text.strip())
    if address.is_unspecified or address.is_multicast:
        raise ValueError(f"{text} is not an address browsers could send to")
    if address.version == 6 and address.is_link_local:
        raise ValueError(f"{text} is link-local: browsers elsewhere could not send to it")
    return str(address)
