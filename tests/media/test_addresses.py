"""Which addresses browsers are told."""

from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_address

import pytest

from kiosk.media.addresses import announced
from tests.conftest import OWN_ADDRESS


def test_given_addresses_are_taken_in_order_and_once():
    given = ("203.0.113.5", " 2001:DB8::5 ", "203.0.113.5")

    assert announced(given) == ("203.0.113.5", "2001:db8::5")


@pytest.mark.parametrize(
    "text", ["", "example.org", "0.0.0.0", "::", "224.0.0.1", "fe80::1", "1.2"]
)
def test_what_browsers_could_not_send_to_is_refused(text: str):
    with pytest.raises(ValueError, match="address|link-local"):
        announced((text,))


def test_without_any_this_machines_own_addresses_are_announced():
    # In a process of its own: the look-up connects a socket (and sends nothing), tests may not.
    code = "from kiosk.media.addresses import announced; print(*announced(()))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    first, *others = done.stdout.split()
    assert first == OWN_ADDRESS
    assert all(ip_address(other).version == 6 for other in others)
