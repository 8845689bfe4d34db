"""A machine with several addresses, its own or a NAT's: each answers from itself."""

from __future__ import annotations

import asyncio
import socket

from aiortc import RTCCertificate
from aiortc.sdp import SessionDescription

from kiosk.media.engine import CallRole
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, until

TWO_NETWORKS = ("127.0.0.1", "127.0.0.2", "::1")
TRANSLATED = ("203.0.113.5=127.0.0.1", "2001:db8::5=::1")


async def test_each_address_is_one_candidate_in_the_order_given(certificate: RTCCertificate):
    async with a_stage(certificate, addresses=TWO_NETWORKS) as stage:
        offer = SessionDescription.parse(
            stage.plane.join("room", "amina", role=CallRole.CITIZEN).sdp
        )

        port = stage.plane.health().udp_port
        for media in offer.media:
            candidates = media.ice_candidates
            assert [(c.ip, c.port, c.type) for c in candidates] == [
                (address, port, "host") for address in TWO_NETWORKS
            ]
            priorities = [candidate.priority for candidate in candidates]
            assert priorities == sorted(set(priorities), reverse=True)


async def test_a_check_is_answered_from_the_address_it_was_sent_to(certificate: RTCCertificate):
    async with a_stage(certificate, addresses=TWO_NETWORKS) as stage:
        amina = stage.offered("amina")
        for address in TWO_NETWORKS:
            with socket.socket(_family(address), socket.SOCK_DGRAM) as browser:
                browser.setblocking(False)
                # From one's own loopback address the system would choose that for the answer too.
                browser.bind(("::1" if ":" in address else "127.0.0.1", 0))
                browser.sendto(amina.binding_request(), (address, stage.port[1]))

                _, source = await asyncio.get_running_loop().sock_recvfrom(browser, 2000)

                assert source[:2] == (address, stage.port[1])


async def test_participants_on_different_addresses_see_each_other(certificate: RTCCertificate):
    async with a_stage(certificate, addresses=TWO_NETWORKS) as stage:
        amina = await _connected_at(stage, "127.0.0.2", "amina")
        bruno = await _connected_at(stage, "::1", "bruno")
        await until(lambda: amina.sees("bruno"))
        amina.send_audio(1, b"over IPv4")
        bruno.send_audio(1, b"over IPv6")

        await until(lambda: amina.rtp and bruno.rtp)

        assert amina.rtp[0][12:] == b"over IPv6"
        assert bruno.rtp[0][12:] == b"over IPv4"


async def test_behind_nat_the_public_address_is_announced_and_the_local_one_is_bound(
    certificate: RTCCertificate,
):
    async with a_stage(certificate, addresses=TRANSLATED) as stage:
        offer = SessionDescription.parse(
            stage.plane.join("room", "amina", role=CallRole.CITIZEN).sdp
        )
        bruno = await _connected_at(stage, "::1", "bruno")

        announced = [candidate.ip for candidate in offer.media[0].ice_candidates]
        assert announced == ["203.0.113.5", "2001:db8::5"] == list(stage.plane.health().addresses)
        assert stage.plane.peers[bruno.id].connection.ice.path.address[0] == "::1"


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


async def _connected_at(stage: Stage, address: str, participant: str) -> MediaPeer:
    """Connect somebody to one of the plane's addresses, as a NAT or a route would lead them."""
    peer = stage.offered(participant, by=address)
    await stage.lets_in(peer)
    return peer
