"""Fake cameras and microphones with a face: a colour that moves and a tone of its own.

Each person's picture is one colour with a light bar that wanders, each voice one pure tone, so a
test can say *whose* picture and *whose* voice arrived. Files are made once, under build/.
"""

from __future__ import annotations

import math
import os
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "build" / "fake-media"
WIDTH, HEIGHT, RATE_FPS, FRAMES = 320, 240, 20, 20
BAR_WIDTH = 32
SOUND_HZ, SOUND_S = 48_000, 2
LOUDNESS = 0.3


@dataclass(frozen=True, slots=True)
class Face:
    """What one fake person shows: a colour (Y, Cb, Cr; BT.601 studio range) and a tone in Hz."""

    name: str
    luma: int
    blue: int
    red: int
    tone_hz: int

    @property
    def camera(self) -> Path:
        """A looping Y4M film; made when missing."""
        return _made(FOLDER / f"{self.name}.y4m", self._film)

    @property
    def microphone(self) -> Path:
        """A looping WAV file; made when missing."""
        return _made(FOLDER / f"{self.name}.wav", self._sound)

    def _film(self) -> bytes:
        head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE_FPS}:1 Ip A1:1 C420jpeg\n"
        return head.encode() + b"".join(b"FRAME\n" + self._frame(n) for n in range(FRAMES))

    def _frame(self, number: int) -> bytes:
        at = number * (WIDTH - BAR_WIDTH) // (FRAMES - 1)
        line = bytearray([self.luma]) * WIDTH
        line[at : at + BAR_WIDTH] = bytes([235]) * BAR_WIDTH
        quarter = WIDTH * HEIGHT // 4
        return bytes(line) * HEIGHT + bytes([self.blue]) * quarter + bytes([self.red]) * quarter

    def _sound(self) -> bytes:
        # Whole periods only, so that the loop has no click that would smear the spectrum.
        return array(
            "h",
            (
                round(LOUDNESS * 32767 * math.sin(2 * math.pi * self.tone_hz * n / SOUND_HZ))
                for n in range(SOUND_HZ * SOUND_S)
            ),
        ).tobytes()


AMINA = Face("amina", luma=90, blue=54, red=220, tone_hz=440)
"""Red, and the A above middle C."""
LEA = Face("lea", luma=60, blue=220, red=100, tone_hz=1000)
"""Blue, and a tone more than an octave above."""


def _made(path: Path, content: object) -> Path:
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content()  # type: ignore[operator]
    # Written aside and renamed: parallel workers never see half a film.
    aside = path.with_suffix(f".{os.getpid()}")
    if path.suffix == ".wav":
        with wave.open(str(aside), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SOUND_HZ)
            file.writeframes(data)
    else:
        aside.write_bytes(data)
    aside.rename(path)
    return path
