"""People without a browser in a real call: each sends a small moving VP8 picture and counts media.

They are the test browsers of ``tests/media``, in a thread of their own: a full room of real ones
takes more than this machine has.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import numpy as np
from aiortc.codecs.vpx import Vp8Encoder, VpxPayloadDescriptor
from av import VideoFrame

from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import CallRole
from kiosk.media.plane.wire import rtcp
from tests.media.peer import MediaPeer

WIDTH, HEIGHT, RATE_FPS, SECONDS = 160, 120, 10, 12
CHECK_EVERY_S = 2.0
JOINED_WITHIN_S = 30.0


class LightPublisher(MediaPeer):
    """One of them; ``arrived`` counts the RTP packets that come, by payload type."""

    def __init__(self, peer_id: str, offer: str, participant: str) -> None:
        super().__init__(peer_id, offer, participant)
        self.obliging = True
        self.arrived: Counter[int] = Counter()
        self._at = 0
        self._sequence = 0

    def media_received(self, data: bytes) -> None:
        """Count media unread; begin the film again when a key frame is asked for."""
        if not 192 <= data[1] <= 223:
            self.arrived[data[1] & 0x7F] += 1
        elif any(isinstance(m, rtcp.KeyFrameRequest) for m in rtcp.parse(self.opened_rtcp(data))):
            self._at = 0

    def show(self, film: list[list[bytes]], tick: int) -> None:
        """Send the next picture."""
        packets = film[self._at]
        self._at = (self._at + 1) % len(film)
        for number, payload in enumerate(packets):
            marker = 0x80 if number == len(packets) - 1 else 0
            self._sequence = (self._sequence + 1) & 0xFFFF
            time = tick * 90000 // RATE_FPS
            self._send_rtp(96 | marker, self._sequence, time, self.video_ssrc, payload)


@contextmanager
def light_publishers(
    engine: EmbeddedEngine, room: str, count: int
) -> Iterator[list[LightPublisher]]:
    """Seat so many of them in a room; they leave at the end."""
    company = _Company(engine, room, count)
    thread = threading.Thread(target=lambda: asyncio.run(company.run()), daemon=True)
    thread.start()
    try:
        assert company.seated.wait(JOINED_WITHIN_S), "they did not get in"
        yield company.people
    finally:
        company.over.set()
        thread.join(JOINED_WITHIN_S)


class _Company:
    def __init__(self, engine: EmbeddedEngine, room: str, count: int) -> None:
        self._engine, self._room, self._count = engine, room, count
        self._film = _film()
        self.people: list[LightPublisher] = []
        self.seated, self.over = threading.Event(), threading.Event()

    async def run(self) -> None:
        for number in range(self._count):
            self.people.append(await self._seat(f"light{number}"))
        self.seated.set()
        tick = 0
        while not self.over.is_set():
            tick += 1
            for one in self.people:
                one.show(self._film, tick)
                if tick % int(CHECK_EVERY_S * RATE_FPS) == 0:
                    one.send_raw(one.binding_request())
            await asyncio.sleep(1 / RATE_FPS)
        for one in self.people:
            await one.close()

    async def _seat(self, name: str) -> LightPublisher:
        offer = self._engine.join(self._room, name, role=CallRole.ROBOT)
        peer = LightPublisher(offer.peer, offer.sdp, name)
        await peer.prove_address()
        self._engine.answer(peer.id, peer.answer())
        await peer.shake_hands()
        await peer.open_channel()
        while not peer.heard("layout"):
            await asyncio.sleep(0.01)
        return peer


def _film() -> list[list[bytes]]:
    """Encode a moving stripe; the first picture is the only key frame."""
    encoder = Vp8Encoder()
    film = []
    for number in range(RATE_FPS * SECONDS):
        image = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
        at = number * 4 % WIDTH
        image[:, at : at + 20] = 220
        frame = VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, RATE_FPS)
        payloads, _ = encoder.encode(frame, force_keyframe=number == 0)
        film.append([_without_numbers(one) for one in payloads])
    return film


def _without_numbers(payload: bytes) -> bytes:
    # The film is shown again and again: its picture ids would go back.
    descriptor, data = VpxPayloadDescriptor.parse(payload)
    return bytes([0x10 if descriptor.partition_start else 0]) + data
