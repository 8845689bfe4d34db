"""Which addresses are announced to browsers."""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_address

import pytest

from kiosk.media.addresses import MediaAddress, announced
from tests.conftest import OWN_ADDRESS


def test_given_addresses_are_taken_in_order_and_once():
    given = ("203.0.113.5", " 2001:DB8::5 ", "203.0.113.5")

    assert [address.public for address in announced(given)] == ["203.0.113.5", "2001:db8::5"]


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("203.0.113.5 = 127.0.0.1", "127.0.0.1"),
        ("203.0.113.5=0.0.0.0", "0.0.0.0"),
        ("2001:db8::5=::1", "::1"),
        ("203.0.113.5", "0.0.0.0"),
        ("2001:db8::5", "::"),
    ],
)
def test_a_socket_is_bound_to_the_address_or_to_its_local_translation(text: str, local: str):
    assert MediaAddress.parse(text).local == local


@pytest.mark.parametrize(
    "text",
    [
        *("", "example.org", "0.0.0.0", "::", "224.0.0.1", "fe80::1", "1.2"),
        *("203.0.113.5=", "=127.0.0.1", "203.0.113.5=::1", "203.0.113.5=a=b"),
    ],
)
def test_an_address_that_browsers_cannot_send_to_is_refused(text: str):
    with pytest.raises(ValueError, match=r"address|link-local"):
        announced((text,))


def test_one_public_address_cannot_have_two_local_ones():
    with pytest.raises(ValueError, match="twice"):
        announced(("203.0.113.5=127.0.0.1", "203.0.113.5=127.0.0.2"))


def test_without_configured_addresses_the_machines_own_are_announced():
    # In a process of its own: the look-up connects a socket (and sends nothing), tests may not.
    code = "from kiosk.media.addresses import announced; print(*(a.public for a in announced(())))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    first, *others = done.stdout.split()
    assert first == OWN_ADDRESS
    assert all(ip_address(other).version == 6 for other in others)
