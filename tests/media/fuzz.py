"""A call during bad datagrams (``make fuzz``).

``python -m tests.media.fuzz --count 1000000 --seed 1`` repeats a run.

Two people talk while datagrams of every kind are given to the plane's own reader, as the socket
would: from unknown addresses, from the addresses of participants, and from Mallory, a participant
with keys. Nothing may be raised, logged, left behind or sent to an unproven address, and the two
people still hear each other at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import resource
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

import structlog
from aiortc import RTCCertificate
from pylibsrtp import Error as SrtpError

from kiosk.media.plane.transport.ice_lite import Address
from tests.media import mutations
from tests.media.injector import Injector
from tests.media.peer import MediaPeer
from tests.media.stage import Stage, a_stage, settle, until

BATCH = 400
SECONDS_PER_BATCH = 0.1
"""How far the plane's clock moves on with each batch: its limits of rate have a clock of their own
and a fuzzer feeds faster than any network."""

STRANGERS = 5000
"""Addresses that never proved anything."""


@dataclass
class Outcome:
    """What was fed and what came of it; ``wrong`` is empty when all is well."""

    fed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    mallorys: int = 0
    """How often Mallory had to come back because the plane had ended her."""


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(self.format(record))


class Fuzz:
    """One run: the stage, the people on it, the dice."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.outcome = Outcome()
        self._stage = stage
        self._dice = Random(seed)  # noqa: S311
        self._captured: list[bytes] = []
        self._proven: set[Address] = set()
        self._people: dict[Address, MediaPeer] = {}
        self._injector = Injector(self._people)
        self._sequence = 0
        self._kinds: tuple[tuple[float, str, Callable[[], Awaitable[None]]], ...] = (
            (0.40, "strangers", self._from_a_stranger),
            (0.70, "borrowed addresses", self._from_a_borrowed_address),
            (0.73, "signed checks", self._signed_check),
            (0.95, "encrypted media", self._encrypted_media),
            (1.00, "encrypted messages", self._encrypted_message),
        )

    async def begin(self) -> None:
        """Put everybody on stage, and listen to what they say while they arrive."""
        hear = MediaPeer.send_raw

        def noted(peer: MediaPeer, data: bytes) -> None:
            self._captured.append(data)
            hear(peer, data)

        MediaPeer.send_raw = noted  # type: ignore[method-assign]
        try:
            self._amina, self._bruno = await self._stage.pair()
            for number in range(20):
                self._amina.send_audio(number)
                self._bruno.send_video(number)
                self._amina.say({"type": "media", "audio": True, "video": True})
            await settle()
        finally:
            MediaPeer.send_raw = hear  # type: ignore[method-assign]
        self._nora = self._stage.offered("nora", room="waiting")
        await self._nora.prove_address()
        for peer in (self._amina, self._bruno, self._nora):
            self._people[peer.address] = peer
        self._sequence = 100
        await self._mallory_comes()

    async def feed(self, count: int) -> None:
        """Feed ``count`` datagrams, batch by batch."""
        while count > 0:
            for _ in range(min(BATCH, count)):
                draw = self._dice.random()
                name, attack = next((n, a) for limit, n, a in self._kinds if draw < limit)
                self.outcome.fed[name] += 1
                await attack()
            count -= BATCH
            await self._between_batches()

    async def _between_batches(self) -> None:
        while self._injector:
            self._stage.plane.forwarder.readable(self._injector)  # type: ignore[arg-type]
            await asyncio.sleep(0)
        self._stage.clock.advance(SECONDS_PER_BATCH)
        self._stage.plane.tick()
        for peer in self._people.values():
            for heard in (peer.rtp, peer.rtcp, peer.messages, peer.answers):
                heard.clear()
        if self._dice.random() < 0.05:
            await asyncio.wait_for(self._amina.prove_address(), 5)
            await asyncio.wait_for(self._bruno.prove_address(), 5)
        if self._mallory.id not in self._stage.plane.peers:
            self._people.pop(self._mallory.address)
            await self._stage.forget(self._mallory)
            await self._mallory_comes()
        # Her own checks have made the plane forget where she really is.
        self._injector.put(self._mallory.binding_request(), self._mallory.address)

    async def _mallory_comes(self) -> None:
        self._mallory = await self._stage.connected("mallory")
        self._people[self._mallory.address] = self._mallory
        self._proven.add(self._mallory.address)
        self.outcome.mallorys += 1

    # -- attacks --------------------------------------------------------------------------------

    def _anything(self) -> bytes:
        dice = self._dice
        draw = dice.random()
        if draw < 0.4:
            return mutations.spoilt(dice, self._captured)
        if draw < 0.55:
            return mutations.any_kind(dice)
        if draw < 0.7:
            return mutations.stun_like(dice, (self._amina.ufrag, self._nora.ufrag, "nobody"))
        if draw < 0.85:
            return mutations.dtls_like(dice)
        if draw < 0.93:
            return mutations.rtcp_like(dice)
        ssrc = dice.choice((self._amina.audio_ssrc, self._amina.video_ssrc, dice.getrandbits(32)))
        return mutations.rtp_like(dice, ssrc, dice.getrandbits(16))

    async def _from_a_stranger(self) -> None:
        address = ("127.9.9.7", 1024 + int(self._dice.random() * STRANGERS))
        self._injector.put(self._anything(), address)

    async def _from_a_borrowed_address(self) -> None:
        address = self._dice.choice(list(self._people))
        self._injector.put(self._anything(), address)

    async def _signed_check(self) -> None:
        address = ("127.9.9.9", 1024 + int(self._dice.random() * 60000))
        request = self._mallory.binding_request(nominate=self._dice.random() < 0.1)
        if self._dice.random() < 0.3:
            request = mutations.spoilt(self._dice, [request])
        self._proven.add(address)
        self._injector.put(request, address)

    async def _encrypted_media(self) -> None:
        dice, mallory = self._dice, self._mallory
        self._sequence += 1
        try:
            if dice.random() < 0.5:
                data = mutations.well_encrypted(dice, mallory.slot_ssrc("video"))
                data = mallory.dtls._tx_srtp.protect_rtcp(data)
            else:
                ssrc = dice.choice((mallory.video_ssrc, mallory.audio_ssrc, dice.getrandbits(3)))
                data = mallory.dtls._tx_srtp.protect(mutations.rtp_like(dice, ssrc, self._sequence))
        except (SrtpError, ValueError):
            return  # what libsrtp will not encrypt, nobody can send
        self._injector.put(data, mallory.address)

    async def _encrypted_message(self) -> None:
        peer = self._stage.plane.peers.get(self._mallory.id)
        if (
            peer is None
            or peer.connection.channel is None
            or self._mallory.dtls.state != "connected"
        ):
            return
        sctp = peer.connection.channel._sctp
        near = self._dice.choice((sctp._last_received_tsn or 0, sctp._local_tsn))
        packet = mutations.sctp_like(self._dice, sctp._local_verification_tag, near)
        await self._mallory.dtls._send_data(packet)
        await asyncio.sleep(0)

    def close(self) -> None:
        """Free what it has opened."""
        self._injector.close()

    # -- judging --------------------------------------------------------------------------------

    async def census(self) -> dict[str, int]:
        """Count whatever could grow, once the peers that ended are freed."""
        plane = self._stage.plane
        peers = plane.peers.values()
        await until(lambda: all(not one.ended for one in plane.slow_path.by_ufrag.values()))
        gc.collect()
        return {
            "peers": len(peers),
            "rooms": len(plane.rooms),
            "credentials": len(plane.slow_path.by_ufrag),
            "addresses": len(plane.forwarder.by_address),
            "paths": sum(len(peer.connection.ice.paths) for peer in peers),
            "ssrcs": sum(peer.connection.learned for peer in peers),
            "tasks": len(asyncio.all_tasks()),
            "objects": len(gc.get_objects()),
        }

    async def judge(self) -> None:
        """Note everything that is not as it should be."""
        wrong, stage = self.outcome.wrong, self._stage
        faults = stage.plane.forwarder.counters.faults
        if faults:
            wrong.append(f"{faults} datagrams met a fault of ours")
        unproven = self._injector.answered - self._proven
        if unproven:
            wrong.append(f"something was sent to {len(unproven)} addresses that proved nothing")
        victims = [who for who, _ in stage.gone() if who in ("amina", "bruno")]
        if victims:
            wrong.append(f"ended without any fault of theirs: {victims}")
            return
        for speaker, hearer in ((self._amina, self._bruno), (self._bruno, self._amina)):
            self._sequence += 1
            await asyncio.wait_for(speaker.prove_address(), 5)
            await asyncio.wait_for(hearer.prove_address(), 5)
            hearer.rtp.clear()
            speaker.send_audio(self._sequence & 0xFFFF, b"still here?")
            heard = hearer.rtp
            try:
                await until(lambda heard=heard: any(p.endswith(b"still here?") for p in heard))
            except AssertionError:
                wrong.append("the two no longer hear each other")


async def fuzz(certificate: RTCCertificate, *, count: int, seed: int, grown: int = 3000) -> Outcome:
    """Feed ``count`` datagrams that follow from ``seed``; the second half may leave nothing.

    ``grown`` is how many Python objects more than at half-time are still taken for noise.
    """
    complaints: list[str] = []
    ear = _Ear(complaints)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(str(context)))
    logging.getLogger().addHandler(ear)
    try:
        with structlog.testing.capture_logs() as logs:
            async with a_stage(certificate) as stage:
                run = Fuzz(stage, seed)
                await run.begin()
                await run.feed(count // 2)
                half = await run.census()
                await run.feed(count - count // 2)
                end = await run.census()
                await run.judge()
                run.close()
    finally:
        logging.getLogger().removeHandler(ear)
        loop.set_exception_handler(None)
    complaints += [str(entry) for entry in logs if entry["log_level"] in ("error", "critical")]
    wrong = run.outcome.wrong
    wrong += [f"complained: {text[-600:]}" for text in complaints[:5]]
    for name, before in half.items():
        slack = {"objects": grown, "tasks": 8, "addresses": 8, "paths": 8, "ssrcs": 12}
        if end[name] > before + slack.get(name, 1):
            wrong.append(f"{name} grew from {before} at half-time to {end[name]}")
    return run.outcome


def main() -> int:
    """Run once and say what came of it."""
    parser = argparse.ArgumentParser(prog="tests.media.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start, certificate = time.monotonic(), RTCCertificate.generateCertificate()
    outcome = asyncio.run(fuzz(certificate, count=options.count, seed=options.seed))
    print(f"{options.count:,} datagrams in {time.monotonic() - start:.0f} s: {dict(outcome.fed)}")  # noqa: T201
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  Mallory came {outcome.mallorys} times; peak memory {peak:,} kB")  # noqa: T201
    for sentence in outcome.wrong or ["nothing broke, nothing grew"]:
        print(sentence)  # noqa: T201
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
