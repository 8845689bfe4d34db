"""Bad datagrams through a real socket to a real media process.

``python -m tests.media.fuzz_process --count 1000000`` (part of ``make fuzz``). Unknown addresses
and one participant send as fast as the process reads; its state at the end is compared with that
at the start.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.trend import look_at
from kiosk.errors import MediaError
from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import CallRole
from tests.media import mutations
from tests.media.peer import MediaPeer
from tests.media.stage import until

IN_FLIGHT = 300
"""Datagrams sent and not yet read: few enough for the kernel's buffer to lose none."""

STRANGERS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a process looked like before and after; ``said`` is what it wrote to its log."""

    read: int
    grown_kb: int
    peers: int
    rooms: int
    restarted: bool
    status: int
    said: str

    @property
    def wrong(self) -> list[str]:
        """Sentences on what is not as it should be."""
        found = [
            (self.restarted, "the process is another one than before"),
            (self.status != 0, f"the process ended with status {self.status}"),
            (self.said != "", f"the process complained: {self.said[-800:]}"),
            (self.peers + self.rooms > 0, f"{self.peers} peers, {self.rooms} rooms were left"),
            (self.grown_kb > 8192, f"the process grew by {self.grown_kb} kB"),
        ]
        return [sentence for is_wrong, sentence in found if is_wrong]


async def fuzz_process(count: int, seed: int) -> Verdict:
    """Fire ``count`` datagrams at a process with a call in it; the call must go on."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "media.sock"
        command = [sys.executable, "-m", "kiosk.media.plane", "--socket", str(path)]
        process = subprocess.Popen([*command, "--address", "127.0.0.1"], stderr=subprocess.PIPE)
        try:
            engine = EmbeddedEngine(path)
            await until(lambda: _answers(engine), seconds=30)
            before = engine.health()
            people = [await _joined(engine, name) for name in ("amina", "bruno", "mallory")]
            await _fire(engine, people, count // 10, Random(seed))  # noqa: S311
            start_kb = look_at(process.pid)[0]
            await _fire(engine, people, count - count // 10, Random(seed + 1))  # noqa: S311
            await _still_talk(people[0], people[1])
            grown = look_at(process.pid)[0] - start_kb
            for peer in people:
                await asyncio.to_thread(engine.leave, peer.id)
                await peer.close()
            after = engine.health()
        finally:
            process.terminate()
            _, said = process.communicate(timeout=20)
    return Verdict(
        read=after.packets_in,
        grown_kb=grown,
        peers=after.peers,
        rooms=after.rooms,
        restarted=before.instance != after.instance,
        status=process.returncode,
        said=said.decode(),
    )


def _answers(engine: EmbeddedEngine) -> bool:
    try:
        return bool(engine.health().instance)
    except MediaError:
        return False


async def _joined(engine: EmbeddedEngine, name: str) -> MediaPeer:
    offer = await asyncio.to_thread(engine.join, "room", name, role=CallRole.ROBOT)
    peer = MediaPeer(offer.peer, offer.sdp)
    await peer.prove_address()
    await asyncio.to_thread(engine.answer, peer.id, peer.answer())
    await peer.shake_hands()
    await peer.open_channel()
    await until(lambda: peer.heard("layout"))
    return peer


async def _fire(engine: EmbeddedEngine, people: list[MediaPeer], count: int, dice: Random) -> None:
    # Checks that were sent already: by a stranger they are replays, fresh ones would be proofs.
    real = [peer.binding_request() for peer in people]
    for peer, check in zip(people, real, strict=True):
        peer.send_raw(check)
    real.append(people[0].protected(bytes.fromhex("806f00010000000000000007") + bytes(60)))
    ufrags = [peer.ufrag for peer in people]
    strangers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(STRANGERS)]
    for one in strangers:
        one.setblocking(False)
        one.bind(("127.0.0.1", 0))
    base = engine.health().packets_in
    try:
        for sent in range(count):
            data = _anything(dice, real, ufrags)
            if dice.random() < 0.3:
                people[2].send_raw(data)
            else:
                dice.choice(strangers).sendto(data, people[0].server)
            if sent % (IN_FLIGHT // 2) == 0:
                await _caught_up(engine, base + sent - IN_FLIGHT)
                if sent % 3000 == 0:
                    for peer in people:
                        await _renew_consent(peer)
        for one in strangers:
            _check_unanswered(one)
    finally:
        for one in strangers:
            one.close()


async def _renew_consent(peer: MediaPeer) -> None:
    peer.answers.clear()
    for _ in range(200):
        # Her own rubbish uses up the checks of hers that are looked at: she has to try again.
        peer.send_raw(peer.binding_request())
        await asyncio.sleep(0.05)
        if peer.answers:
            return
    raise AssertionError("checks are no longer answered")


def _anything(dice: Random, real: list[bytes], ufrags: list[str]) -> bytes:
    draw = dice.random()
    if draw < 0.3:
        return mutations.any_kind(dice)
    if draw < 0.5:
        return mutations.stun_like(dice, ufrags)
    if draw < 0.7:
        return mutations.dtls_like(dice)
    if draw < 0.8:
        return mutations.rtcp_like(dice)
    return mutations.spoilt(dice, real)


async def _caught_up(engine: EmbeddedEngine, read: int) -> None:
    limit = time.monotonic() + 10
    while engine.health().packets_in < read:  # a fraction of a millisecond, and no thread's delay
        assert time.monotonic() < limit, "the process no longer reads"
        await asyncio.sleep(0)


def _check_unanswered(stranger: socket.socket) -> None:
    try:
        stranger.recv(2000)
    except BlockingIOError:
        return
    raise AssertionError("something was sent to an address that had proved nothing")


async def _still_talk(amina: MediaPeer, bruno: MediaPeer) -> None:
    for speaker, hearer in ((amina, bruno), (bruno, amina)):
        await _renew_consent(speaker)
        await _renew_consent(hearer)
        speaker.send_audio(50000, b"still here?")
        heard = hearer.rtp
        await until(lambda heard=heard: any(p.endswith(b"still here?") for p in heard))


def main() -> int:
    """Run once and say what came of it."""
    parser = argparse.ArgumentParser(prog="tests.media.fuzz_process", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.monotonic()
    verdict = asyncio.run(fuzz_process(options.count, options.seed))
    print(f"{verdict.read:,} datagrams read in {time.monotonic() - start:.0f} s, ", end="")  # noqa: T201
    print(f"{verdict.grown_kb:+,} kB after the first tenth")  # noqa: T201
    for sentence in verdict.wrong or ["the process did not notice"]:
        print(sentence)  # noqa: T201
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
