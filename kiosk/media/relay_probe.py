"""Ask a relay for an allocation, as a browser does, and return one code when it fails.

Imported only when needed, because a start without relays does not need the TURN client (aioice).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any

from aioice.stun import TransactionError, TransactionFailed
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from kiosk.media.relays import Credentials, RelayUrl

WITHIN_S = 4.0
LIFETIME_S = 60
CHANNEL = 0x4000
CHANNEL_REFRESH_S = 500


async def probe(
    relay: RelayUrl,
    credentials: Credentials,
    leads_to: tuple[str, int] | None,
    *,
    trust: ssl.SSLContext | None = None,
    within_s: float = WITHIN_S,
) -> str | None:
    """Make an allocation that may send to ``leads_to`` (IPv4), then delete it.

    Returns None on success, else the code of a finding. Takes at most ``within_s`` and raises no
    network error. ``trust`` is the system's unless given.
    """
    client: Any = None
    try:
        async with asyncio.timeout(within_s):
            client = await _connected(relay, credentials, trust)
            return await _asked(client, leads_to)
    except ssl.SSLCertVerificationError:
        return "reach.relay_certificate"
    except (OSError, TimeoutError, TransactionError):
        return "reach.relay_unreachable"
    finally:
        if client is not None:
            client.transport.close()


async def _connected(
    relay: RelayUrl, credentials: Credentials, trust: ssl.SSLContext | None
) -> Any:
    server = (relay.host, relay.port)
    wishes = (server, credentials.username, credentials.password, LIFETIME_S, CHANNEL_REFRESH_S)
    loop = asyncio.get_running_loop()
    if relay.transport == "udp":
        _, client = await loop.create_datagram_endpoint(
            lambda: TurnClientUdpProtocol(*wishes), remote_addr=server
        )
        return client
    secured = (trust or ssl.create_default_context()) if relay.tls else None
    _, stream = await loop.create_connection(
        lambda: TurnClientTcpProtocol(*wishes), *server, ssl=secured
    )
    return stream


async def _asked(client: Any, leads_to: tuple[str, int] | None) -> str | None:
    try:
        await client.connect()
    except TransactionFailed:
        return "reach.relay_refuses"
    try:
        if leads_to is not None:
            await client.channel_bind(CHANNEL, leads_to)
    except TransactionFailed:
        return "reach.relay_closed"
    finally:
        with contextlib.suppress(TransactionError, OSError):
            await client.delete()
    return None
