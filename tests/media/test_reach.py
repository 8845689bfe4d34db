"""Wrong settings are found before the first call, and correct ones are not reported."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from kiosk.media.reach import examine, is_public
from kiosk.settings import Settings
from tests.conftest import OWN_ADDRESS

PUBLIC = "https://visio.example.fr"
FOREIGN, FOREIGN_6 = "203.0.113.5", "2001:db8::5"
BOTH = (f"{FOREIGN}=127.0.0.1", f"{FOREIGN_6}=::1")


@pytest.fixture(autouse=True)
def room_to_receive(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose administrator has raised the limit."""
    monkeypatch.setattr("kiosk.media.reach.BUFFER", 4096)


def found(**changes: object) -> list[str]:
    """The codes found with these settings, on a port that is free; a ``!`` marks the fatal."""
    wanted = {"media_public_addresses": ("127.0.0.1",), "media_port": _free_port(), **changes}
    settings = Settings(secret_key="a secret that is long enough for tests", **wanted)  # type: ignore[arg-type]
    return [finding.code + ("!" if finding.fatal else "") for finding in examine(settings)]


def test_a_demonstration_on_one_machine_has_no_finding():
    assert found() == []


def test_a_public_server_with_both_families_has_no_finding():
    assert found(base_url=PUBLIC, media_public_addresses=BOTH) == []


@pytest.mark.parametrize(
    ("addresses", "codes"),
    [
        (("example.fr",), ["reach.bad_address!"]),
        (("0.0.0.0",), ["reach.bad_address!"]),
        ((f"{FOREIGN}=127.0.0.1", f"{FOREIGN}=127.0.0.2"), ["reach.bad_address!"]),
        ((f"{FOREIGN}={FOREIGN}",), ["reach.local_side!", "reach.no_ipv6"]),
        ((*BOTH, "203.0.113.6"), ["reach.foreign_address"]),
        ((*BOTH, "203.0.113.6=0.0.0.0"), []),
        ((f"{FOREIGN}=127.0.0.1",), ["reach.no_ipv6"]),
        (("127.0.0.1", "::1"), ["reach.only_loopback"]),
        (("10.1.2.3=127.0.0.1", "127.0.0.2"), ["reach.only_private"]),
        (("fd00::5=::1",), ["reach.only_private"]),
    ],
)
def test_addresses_nobody_could_reach_are_named(addresses: tuple[str, ...], codes: list[str]):
    assert found(base_url=PUBLIC, media_public_addresses=addresses) == codes


@pytest.mark.parametrize(
    ("relay", "codes"),
    [
        ({"turn_urls": ("turns:turn.example.fr:443",), "turn_secret": "north"}, []),
        ({"turn_urls": ("turns:turn.example.fr:443",)}, ["reach.relay_without_secret"]),
        ({"turn_secret": "north"}, ["reach.relay_without_address"]),
        ({"turn_urls": ("https://turn.example.fr",)}, ["reach.bad_relay!"]),
    ],
)
def test_an_incomplete_relay_setting_is_a_finding(relay: dict[str, object], codes: list[str]):
    assert found(**relay) == codes


def test_a_port_in_use_is_fatal(taken_port: int):
    assert found(media_port=taken_port) == ["reach.port_taken!"]


def test_a_small_buffer_is_a_finding_on_a_public_server_only(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("kiosk.media.reach.BUFFER", 1 << 40)

    assert found() == []
    assert found(base_url=PUBLIC, media_public_addresses=BOTH) == ["reach.small_buffer"]


def test_a_fatal_finding_comes_first():
    mixed = ("203.0.113.6", f"{FOREIGN}={FOREIGN}")

    assert found(media_public_addresses=mixed) == ["reach.local_side!", "reach.foreign_address"]


def test_without_configured_addresses_the_machines_own_are_checked():
    # Which those are, and whether the Internet reaches them, is the machine's business.
    assert not any(code.endswith("!") for code in found(media_public_addresses=(OWN_ADDRESS,)))


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://visio.example.fr", True),
        ("https://203.0.113.5:8443", True),
        ("https://[2001:db8::5]", True),
        ("http://localhost:8000", False),
        ("http://kiosk", False),
        ("https://visio.mairie.lan", False),
        ("http://127.0.0.1:8000", False),
        ("http://192.168.1.20", False),
        ("http://[fd00::2]:8000", False),
    ],
)
def test_a_site_is_public_when_the_internet_may_reach_it(url: str, public: bool):
    assert is_public(url) is public


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
