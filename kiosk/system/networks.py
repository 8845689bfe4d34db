"""Which network address stands for one visitor when something is counted."""

from __future__ import annotations

import ipaddress

IPV6_PREFIX = 64
"""A provider gives each line at least a /64: all of it counts as one visitor."""

LONGEST_NAME = 64
"""Characters kept of a peer's name that is no address."""


def network_of(address: str) -> str:
    """Return the network that counts as one visitor: the IPv4 address, or the IPv6 /64.

    The zone of a link-local address does not count (RFC 4007 §11). What is no address is returned
    as it is, up to 64 characters.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST_NAME]
    mapped = parsed.ipv4_mapped if parsed.version == 6 else parsed
    if mapped is not None:
        return str(mapped)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
