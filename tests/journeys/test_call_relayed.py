"""Networks that block UDP: each page gets through a relay by itself, and nobody notices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Playwright

from tests.builders.server_appointments import book
from tests.conftest import OWN_ADDRESS
from tests.drivers.chromium import Person, sitting_at_chromium
from tests.drivers.media_files import AMINA, LEA
from tests.drivers.people import Agent, Citizen
from tests.drivers.relay import SECRET, RunningRelay, running_relay
from tests.drivers.server import RunningServer, running_server
from tests.journeys.conftest import AMINA_AT_HOME, LEA_AT_HER_DESK, meet

pytestmark = [pytest.mark.browser, pytest.mark.call]

BEHIND_A_STRICT_NETWORK = (
    # Chromium then sends no UDP datagram at all, as if a firewall swallowed every one.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # The relay's certificate is of its own making.
    "--ignore-certificate-errors",
)


@pytest.fixture(scope="module")
def relay() -> Iterator[RunningRelay]:
    with running_relay(leads_to=OWN_ADDRESS) as relay:
        yield relay


@pytest.fixture(scope="module")
def server(relay: RunningRelay) -> Iterator[RunningServer]:
    with running_server(
        KIOSK_TURN_URLS=json.dumps([relay.tls_url, relay.plain_url]),
        KIOSK_TURN_SECRET=SECRET,
        KIOSK_MEDIA_PUBLIC_ADDRESSES=json.dumps([OWN_ADDRESS]),
    ) as server:
        yield server


def test_who_may_send_no_udp_sees_and_hears_through_the_relay(
    playwright: Playwright, server: RunningServer
):
    with ExitStack() as stack:
        amina, lea = (
            stack.enter_context(sitting_at_chromium(playwright, _strictly(person)))
            for person in (AMINA_AT_HOME, LEA_AT_HER_DESK)
        )
        # Amina's network lets nothing but TLS through, Léa's any TCP to the relay's own port.
        amina.page.add_init_script(f"({_ONLY})('turns:')")
        lea.page.add_init_script(f"({_ONLY})('turn:')")
        at_home, at_work = Citizen(amina), Agent(lea, server)
        at_work.signs_in()

        meet(at_home, at_work, book(server))

        at_home.sees(LEA)
        at_home.hears(LEA.tone_hz)
        at_work.sees(AMINA)
        at_work.hears(AMINA.tone_hz)
        assert amina.evaluate(_WAY) == {"type": "relay", "over": "tls"}
        assert lea.evaluate(_WAY) == {"type": "relay", "over": "tcp"}


def _strictly(person: Person) -> Person:
    return person.but(more_flags=BEHIND_A_STRICT_NETWORK)


_ONLY = """
(scheme) => {
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(wish) {
      const some = (server) => server.urls.filter((url) => url.startsWith(scheme));
      super({ ...wish, iceServers: wish.iceServers.map((s) => ({ ...s, urls: some(s) })) });
      window.lastConnection = this;
    }
  };
}
"""

_WAY = """
async () => {
  const all = [...(await window.lastConnection.getStats()).values()];
  const transport = all.find((one) => one.type === "transport");
  const pair = all.find((one) => one.id === transport.selectedCandidatePairId);
  const mine = all.find((one) => one.id === pair.localCandidateId);
  return { type: mine.candidateType, over: mine.relayProtocol ?? "" };
}
"""
