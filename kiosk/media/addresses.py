"""The media plane's public addresses, announced to browsers, and the local ones of its sockets.

The two differ behind a 1:1 NAT. ICE-lite works with both: a browser sends to the announced address,
and the answer leaves by the socket that received the request, so the NAT translates it back.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

# Nothing is sent there: connecting a UDP socket only makes the kernel choose a route, and with it
# the address this machine would speak from. Both are documentation prefixes (RFC 5737, RFC 3849).
_FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}

ANY = {4: "0.0.0.0", 6: "::"}  # noqa: S104
"""By IP version: the wildcard address, for datagrams to any address of this machine."""


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """``public`` is announced; ``local`` is bound: the same, the near side of a NAT, or any."""

    public: str
    local: str

    @property
    def version(self) -> int:
        """4 or 6."""
        return ipaddress.ip_address(self.public).version

    @classmethod
    def parse(cls, text: str) -> MediaAddress:
        """Read ``public`` or ``public=local`` (1:1 NAT; ``=0.0.0.0`` or ``=::``: any of ours).

        A public address alone that is not this machine's is taken to be a NAT's, leading to any of
        ours. Raises ValueError for what is no address, or none a browser could send to.
        """
        public_text, mapped, local_text = text.partition("=")
        public = _checked(public_text)
        if not mapped:
            return cls(str(public), str(public) if is_ours(str(public)) else ANY[public.version])
        local = ipaddress.ip_address(local_text.strip())
        if local.version != public.version:
            raise ValueError(f"{text} joins an IPv4 and an IPv6 address")
        return cls(str(public), str(local))


def announced(given: tuple[str, ...]) -> tuple[MediaAddress, ...]:
    """Return ``given``, each checked and in canonical form, or this machine's own addresses.

    Its own are one IPv4 and, where there is one, one IPv6 address, in that order; 127.0.0.1 when it
    has neither. Raises ValueError as :meth:`MediaAddress.parse`, and for an address named twice
    with different local sides.
    """
    found: dict[str, MediaAddress] = {}
    for one in (MediaAddress.parse(text) for text in given):
        if found.setdefault(one.public, one) != one:
            raise ValueError(f"{one.public} is named twice")
    if given:
        return tuple(found.values())
    own = [address for family in _FAR if (address := _primary_address(family))]
    return tuple(MediaAddress(address, address) for address in own or ["127.0.0.1"])


def is_ours(address: str) -> bool:
    """Whether this machine has that address (or a socket may be bound to any, for 0.0.0.0, ::)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _primary_address(family: socket.AddressFamily) -> str | None:
    """Return the address from which this machine reaches the Internet, or None without a route."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((_FAR[family], 9))
            address = ipaddress.ip_address(probe.getsockname()[0])
    except OSError:
        return None
    return None if address.is_link_local else str(address)


def _checked(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.strip())
    if address.is_unspecified or address.is_multicast:
        raise ValueError(f"{text} is not an address browsers could send to")
    if address.version == 6 and address.is_link_local:
        raise ValueError(f"{text} is link-local: browsers elsewhere could not send to it")
    return address
