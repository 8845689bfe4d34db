"""Participants for measurements: real ICE, DTLS, SRTP and SCTP, sound and picture at a set pace.

They behave as browsers do (consent, reports, REMB, repairs, key frames on demand, later offers) but
decrypt only what they must, so that forty of them leave most of a core to the measured server.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress

from aioice import stun

from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.engine import CallRole
from kiosk.media.plane.wire import rtcp
from tests.media.peer import VP8_DELTA_FRAME, VP8_KEY_FRAME, MediaPeer

AUDIO_EVERY_S = 0.020
AUDIO_BYTES = 90
FRAME_EVERY_S = 1 / 30
PACKETS_PER_FRAME = 2
VIDEO_BYTES = 600

CHECK_EVERY_S = 0.5
CONSENT_EVERY_S = 2.5
REPORT_EVERY_S = 1.0
LOST_UP = 0.002
"""Part of the picture packets that are lost on the way up, and repeated when requested."""

TOO_LATE_S = 0.5
"""A caller that is later than this skips the rest, as a camera does."""

_SOUND = bytes(AUDIO_BYTES)
_PICTURE = bytes(VIDEO_BYTES)


class Caller(MediaPeer):
    """A participant of a call who sends sound and picture until stopped."""

    def __init__(self, peer_id: str, offer: str, room: str, name: str) -> None:
        super().__init__(peer_id, offer)
        self.room, self.name = room, name
        self.sent = self.received = 0
        self._audio_at = self._frame_at = self._consent_at = self._report_at = 0.0
        self._audio_number = self._video_number = secrets.randbelow(30000)
        self._held: dict[int, bytes] = {}
        self._key_frame_wanted = True
        self._newest_down: int | None = None

    @classmethod
    async def joined(cls, engine: EmbeddedEngine, room: str, name: str) -> Caller:
        """Join ``room`` through the engine and wait until the control channel is open."""
        offer = await asyncio.to_thread(engine.join, room, name, role=CallRole.ROBOT)
        caller = cls(offer.peer, offer.sdp, room, name)
        await caller.prove_address()
        await asyncio.to_thread(engine.answer, caller.id, caller.answer())
        await caller.shake_hands()
        await caller.open_channel()
        return caller

    async def prove_address(self, *, nominate: bool = True) -> stun.Message:
        """Send checks repeatedly, as browsers do: a datagram may be lost."""
        while True:
            with suppress(TimeoutError):
                return await asyncio.wait_for(
                    super().prove_address(nominate=nominate), CHECK_EVERY_S
                )

    def act(self, now: float) -> None:
        """Do whatever is due at ``now`` (seconds of any steady clock)."""
        if now - self._audio_at > TOO_LATE_S:
            self._audio_at = self._frame_at = now
        while self._audio_at <= now:
            self._audio_at += AUDIO_EVERY_S
            self._speak(int(self._audio_at * 48000))
        while self._frame_at <= now:
            self._frame_at += FRAME_EVERY_S
            self._show(int(self._frame_at * 90000))
        if now - self._consent_at >= CONSENT_EVERY_S:
            self._consent_at = now
            self.answers.clear()
            self.send_raw(self.binding_request())
        if now - self._report_at >= REPORT_EVERY_S:
            self._report_at = now
            self._report()

    def vanish(self) -> None:
        """Send nothing more, like a machine whose network is gone."""
        self.send_raw = lambda data: None  # type: ignore[method-assign]

    # -- up -------------------------------------------------------------------------------------

    def send_raw(self, data: bytes) -> None:
        """Send a datagram; one that the kernel refuses is lost."""
        try:
            super().send_raw(data)
        except BlockingIOError:
            return

    def _speak(self, timestamp: int) -> None:
        self._audio_number = (self._audio_number + 1) & 0xFFFF
        self._send(111, self._audio_number, timestamp, self.audio_ssrc, _SOUND)

    def _show(self, timestamp: int) -> None:
        start = VP8_KEY_FRAME if self._key_frame_wanted else VP8_DELTA_FRAME
        self._key_frame_wanted = False
        for part in range(PACKETS_PER_FRAME):
            self._video_number = (self._video_number + 1) & 0xFFFF
            payload = (b"\0" if part else start) + _PICTURE
            lost = self._lost_on_the_way()
            self._send(96, self._video_number, timestamp, self.video_ssrc, payload, lost=lost)

    def _lost_on_the_way(self) -> bool:
        return secrets.randbelow(1_000_000) < LOST_UP * 1_000_000

    def _send(  # noqa: PLR0913 - the fields of a packet
        self,
        kind: int,
        sequence: int,
        timestamp: int,
        ssrc: int,
        payload: bytes,
        *,
        lost: bool = False,
    ) -> None:
        head = bytes([0x80, kind]) + sequence.to_bytes(2) + (timestamp & 0xFFFFFFFF).to_bytes(4)
        protected = self.protected(head + ssrc.to_bytes(4) + payload)
        if lost:
            self._held[sequence] = protected
            while len(self._held) > 64:
                del self._held[next(iter(self._held))]
            return
        self.sent += 1
        self.send_raw(protected)

    def _report(self) -> None:
        video = self.slot_ssrc("video")
        self.send_rtcp(rtcp.remb(1_500_000, (video,)))
        block = rtcp.ReportBlock(video, 0, 0, self._newest_down or 0, 90, 0, 0)
        self.send_rtcp(rtcp.receiver_report([block]))
        self.send_rtcp(rtcp.sender_report(self.video_ssrc, secrets.token_bytes(20)))
        if self._newest_down is not None:
            self.send_rtcp(rtcp.nack(video, [self._newest_down]))
        if self.channel is not None and self.channel.readyState == "open":
            self._converse()

    def _converse(self) -> None:
        if self.heard("offer"):
            self.accept_offer()
        self.messages.clear()
        if secrets.randbelow(5) == 0:
            self.say({"type": "media", "audio": True, "video": bool(secrets.randbelow(2))})

    # -- down -----------------------------------------------------------------------------------

    def _received(self, data: bytes) -> None:
        if not data or not 128 <= data[0] < 192 or not self.has_keys:
            super()._received(data)
        elif 192 <= data[1] <= 223:
            for message in rtcp.parse(self.opened_rtcp(data)):
                self._obey(message)
        else:
            self.received += 1
            if data[1] & 0x7F == 96:
                self._newest_down = int.from_bytes(data[2:4])

    def _obey(self, message: rtcp.Message) -> None:
        if isinstance(message, rtcp.KeyFrameRequest):
            self._key_frame_wanted = True
        elif isinstance(message, rtcp.Missing):
            for number in message.sequences:
                protected = self._held.pop(number, None)
                if protected is not None:
                    self.sent += 1
                    self.send_raw(protected)
