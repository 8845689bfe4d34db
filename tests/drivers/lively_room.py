"""A camera as demanding as a lively room: 640 x 480, 30 pictures a second, about 0.6 Mbit/s.

The faces of ``media_files.py`` are flat colours, which an encoder makes so small that a lost packet
is a rare event and no line is ever full.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.drivers.media_files import FOLDER, Face

WIDTH, HEIGHT, RATE_FPS, SECONDS = 640, 480, 30, 2
GRAIN = 8
"""Pixels of one speck."""

SPECKS = 12
"""On each side of the square that no encoder can foresee."""


@dataclass(frozen=True)
class LivelyFace(Face):
    """Somebody of the cast, with their voice, in front of the lively room."""

    @property
    def camera(self) -> Path:
        """The film (looping Y4M); made when missing."""
        path = FOLDER / f"lively-{WIDTH}x{HEIGHT}.y4m"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(f".{os.getpid()}")
            aside.write_bytes(_film())
            aside.rename(path)
        return path


def in_a_lively_room(face: Face) -> LivelyFace:
    """Return ``face`` with the other camera."""
    return LivelyFace(face.name, face.luma, face.blue, face.red, face.tone_hz)


def _film() -> bytes:
    frames = RATE_FPS * SECONDS
    source = np.random.default_rng(7)
    wall = source.integers(40, 200, (HEIGHT // GRAIN, WIDTH // GRAIN), dtype=np.uint8)
    wall = wall.repeat(GRAIN, 0).repeat(GRAIN, 1)
    colours = bytes([120]) * (WIDTH * HEIGHT // 4) + bytes([140]) * (WIDTH * HEIGHT // 4)
    film = [f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE_FPS}:1 Ip A1:1 C420jpeg\n".encode()]
    for number in range(frames):
        # The wall drifts once round, which an encoder follows; the specks in front it cannot.
        picture = np.roll(wall, number * WIDTH // frames, axis=1)
        specks = source.integers(0, 50, (SPECKS, SPECKS), dtype=np.uint8)
        picture[: SPECKS * GRAIN, : SPECKS * GRAIN] += specks.repeat(GRAIN, 0).repeat(GRAIN, 1)
        film += [b"FRAME\n", picture.tobytes(), colours]
    return b"".join(film)
