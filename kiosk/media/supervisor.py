"""Starts the media process and waits until it takes commands; watching it is ``Child``'s work."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from kiosk.media import wire
from kiosk.processes import Child

READY_S = 20.0
ASK_AGAIN_S = 0.03
ROOT = Path(__file__).resolve().parents[2]


class MediaProcessFailed(RuntimeError):
    """The media process ended, or said nothing, before it was ready; its log says why."""


class PlaneSupervisor(Child):
    """Keeps one media process alive. Use from one asyncio loop: ``start`` … ``stop``."""

    def __init__(
        self, *, socket_path: Path, udp_port: int, addresses: tuple[str, ...] = ()
    ) -> None:
        self._socket_path = socket_path
        command = [sys.executable, "-m", "kiosk.media.plane"]
        command += ["--socket", str(socket_path), "--port", str(udp_port)]
        for address in addresses:
            command += ["--address", address]
        super().__init__("media", command, environment={"PYTHONPATH": str(ROOT)})

    async def start(self) -> None:
        """Start the process and wait until it takes commands.

        Raises :class:`MediaProcessFailed` when it cannot start.
        """
        self._socket_path.unlink(missing_ok=True)
        await super().start()
        try:
            async with asyncio.timeout(READY_S):
                while not await self._answers():
                    if self.restarts:
                        raise MediaProcessFailed("the media process ended at once")
                    await asyncio.sleep(ASK_AGAIN_S)
        except (TimeoutError, MediaProcessFailed) as error:
            await self.stop()
            raise MediaProcessFailed("the media process did not start") from error

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(str(self._socket_path))
            try:
                writer.write(wire.encode({"do": "health"}))
                return bool(await reader.readline())
            finally:
                writer.close()
        return False
