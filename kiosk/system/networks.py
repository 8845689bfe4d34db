"""Which network address stands for one visitor when something is counted."""

from __future__ import annotations

import ipaddress

IPV6_PREFIX = 64
"""A provider gives each line at least a /64: all of it counts as one visitor."""


def network_of(address: str) -> str:
    """Return the network that counts as one visitor: the IPv4 address, or the IPv6 /64.

    What is no address is returned as it is.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if parsed.version == 6 else parsed
    if mapped is not None:
        return str(mapped)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
