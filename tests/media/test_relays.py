"""Relays: credentials that coturn accepts for a while, and that lead to the plane only."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aioice import turn
from aioice.stun import TransactionFailed

from kiosk.media.reach import Finding
from kiosk.media.relay_probe import probe
from kiosk.media.relays import LIFETIME_S, Credentials, Relays, RelayUrl
from kiosk.run.network_checks import ask_relays
from kiosk.settings import Settings
from tests.conftest import OWN_ADDRESS
from tests.drivers.relay import SECRET, RunningRelay, running_relay

NOW = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
URLS = ("turns:turn.example.fr:443",)


@pytest.fixture(scope="module")
def relay() -> Iterator[RunningRelay]:
    with running_relay(leads_to=OWN_ADDRESS) as relay:
        yield relay


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("turn:turn.example.fr", RelayUrl("turn.example.fr", 3478, "udp", tls=False)),
        ("turn:192.0.2.1:80?transport=tcp", RelayUrl("192.0.2.1", 80, "tcp", tls=False)),
        ("turns:turn.example.fr:443", RelayUrl("turn.example.fr", 443, "tcp", tls=True)),
        ("turns:[2001:db8::1]?transport=tcp", RelayUrl("2001:db8::1", 5349, "tcp", tls=True)),
    ],
)
def test_an_address_is_read_as_browsers_read_it(text: str, read: RelayUrl):
    assert RelayUrl.parse(text) == read


@pytest.mark.parametrize(
    "text",
    [
        *("", "turn.example.fr", "stun:turn.example.fr", "turn:", "turn:host:0", "turn:host:99999"),
        *("turns:host?transport=udp", "turn:host?transport=sctp", "turn://host", "turn:a b"),
    ],
)
def test_a_relay_address_that_no_browser_accepts_is_refused(text: str):
    with pytest.raises(ValueError, match="TURN|port"):
        RelayUrl.parse(text)


def test_credentials_are_their_signed_time_of_expiry():
    made = Relays(URLS, "north").credentials("peer-1", now=NOW)

    # printf '1795455000:peer-1' | openssl dgst -sha1 -hmac north -binary | base64
    assert made == Credentials("1795455000:peer-1", "pMAP5a8wsKZhxpJyyXrOLWIjEoo=")
    assert int(NOW.timestamp()) + LIFETIME_S == 1795455000


def test_each_browser_gets_the_relays_with_credentials_of_its_own():
    relays = Relays(URLS, "north")

    first, second = (relays.ice_servers(peer, now=NOW) for peer in ("peer-1", "peer-2"))

    assert [server.urls for server in first] == [list(URLS)]
    assert first[0].credential != second[0].credential


@pytest.mark.parametrize(("urls", "secret"), [((), "north"), (URLS, ""), ((), "")])
def test_without_address_or_secret_there_is_no_relay(urls: tuple[str, ...], secret: str):
    assert Relays(urls, secret).ice_servers("peer-1", now=NOW) == []


@pytest.mark.parametrize("way", ["tls", "tcp", "udp"])
async def test_a_relay_leads_to_the_media_plane_and_nowhere_else(relay: RunningRelay, way: str):
    credentials = Relays((relay.tls_url,), SECRET).credentials("peer-1", now=datetime.now(UTC))
    async with allocation(relay, credentials, way) as client:
        await client.channel_bind(0x4000, (OWN_ADDRESS, 10000))

        for elsewhere in ("127.0.0.1", "192.0.2.77", "10.0.0.1", "169.254.169.254", "224.0.0.1"):
            with pytest.raises(TransactionFailed, match="403"):
                await client.channel_bind(0x4001, (elsewhere, 80))


async def test_expired_or_foreign_credentials_are_refused(relay: RunningRelay):
    now = datetime.now(UTC)
    ours, others = Relays((relay.tls_url,), SECRET), Relays((relay.tls_url,), "not the secret")

    for refused in (
        ours.credentials("peer-1", now=now - timedelta(seconds=LIFETIME_S + 60)),
        others.credentials("peer-1", now=now),
    ):
        with pytest.raises(TransactionFailed, match="401"):
            async with allocation(relay, refused, "tcp"):
                pass


@pytest.mark.parametrize("way", ["tls", "tcp", "udp"])
async def test_a_probe_of_a_relay_that_works_finds_nothing(relay: RunningRelay, way: str):
    assert await asked(relay.url_of(way), relay) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret": "not the secret"}, "reach.relay_refuses"),
        ({"leads_to": ("192.0.2.77", 10000)}, "reach.relay_closed"),
        ({"trust": ssl.create_default_context()}, "reach.relay_certificate"),
        ({"url": "turn:localhost:1?transport=tcp"}, "reach.relay_unreachable"),
        ({"url": "turn:localhost:1?transport=udp", "within_s": 0.2}, "reach.relay_unreachable"),
    ],
)
async def test_a_probe_says_why_a_browser_would_not_get_through(
    relay: RunningRelay, changes: dict[str, Any], code: str
):
    assert await asked(changes.pop("url", relay.tls_url), relay, **changes) == code


def test_the_server_probes_its_relays_as_a_browser_would(relay: RunningRelay):
    def found(secret: str) -> list[Finding]:
        settings = Settings(
            secret_key="a secret that is long enough for tests",  # type: ignore[arg-type]
            media_public_addresses=(OWN_ADDRESS,),
            turn_urls=(relay.plain_url,),
            turn_secret=secret,  # type: ignore[arg-type]
        )
        return ask_relays(settings)

    assert found(SECRET) == []
    assert [finding.code for finding in found("not the secret")] == ["reach.relay_refuses"]


async def asked(
    url: str,
    relay: RunningRelay,
    *,
    secret: str = SECRET,
    leads_to: tuple[str, int] = (OWN_ADDRESS, 10000),
    trust: ssl.SSLContext | None = None,
    within_s: float = 20,
) -> str | None:
    """Probe a relay with credentials made now."""
    credentials = Relays((url,), secret).credentials("self-test", now=datetime.now(UTC))
    trusted = trust or ssl.create_default_context(cafile=relay.certificate)
    return await probe(RelayUrl.parse(url), credentials, leads_to, trust=trusted, within_s=within_s)


@asynccontextmanager
async def allocation(relay: RunningRelay, credentials: Credentials, way: str):
    """A TURN client with an allocation, as a browser would have."""
    trust = ssl.create_default_context(cafile=relay.certificate)
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=("localhost" if way == "tls" else "127.0.0.1", relay.port_of(way)),
        username=credentials.username,
        password=credentials.password,
        ssl=trust if way == "tls" else False,
        transport="udp" if way == "udp" else "tcp",
    )
    client = transport._TurnTransport__inner_protocol
    try:
        yield client
    finally:
        await client.delete()
