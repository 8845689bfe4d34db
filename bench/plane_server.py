"""Starts our media process alone, as it runs in an installation, to measure it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import ServerProcess
from kiosk.errors import MediaError
from kiosk.media.embedded import EmbeddedEngine
from kiosk.media.supervisor import ROOT


class PlaneServer:
    """A running media plane; ``engine`` commands it, ``process`` measures its cost."""

    def __init__(self, engine: EmbeddedEngine, address: str, process: ServerProcess) -> None:
        self.engine = engine
        self.address = address
        self.process = process


@contextmanager
def running_plane(address: str, *, core: int | None = None) -> Iterator[PlaneServer]:
    """Run the media process on ``address``, on one ``core`` when given, for a block."""
    with tempfile.TemporaryDirectory(prefix="bench-plane-") as name:
        socket = Path(name) / "media.sock"
        command = [sys.executable, "-m", "kiosk.media.plane"]
        command += ["--socket", str(socket), "--address", address]
        paths = {"PYTHONPATH": str(ROOT)}
        process = ServerProcess(command, Path(name) / "log", core=core, environment=paths)
        engine = EmbeddedEngine(socket)
        try:
            process.wait_until(lambda: _answers(engine))
            yield PlaneServer(engine, address, process)
        finally:
            process.stop()


def _answers(engine: EmbeddedEngine) -> bool:
    try:
        engine.health()
    except MediaError:
        return False
    return True
