"""Start the media process, or adopt a running one; ``Child`` watches it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import structlog

from kiosk.media import standing
from kiosk.system.processes import Child, end

READY_S = 20.0
ASK_AGAIN_S = 0.03
ROOT = Path(__file__).resolve().parents[2]

log = structlog.get_logger()


class MediaProcessFailed(RuntimeError):
    """The media process ended, or did not answer in time, at its start; its log says why."""


class PlaneSupervisor(Child):
    """Keeps one media process alive. Use from one asyncio loop: ``start`` … ``stop``.

    Calls survive the web process: when that is killed the media process goes on, and the next web
    process finds it at its socket. It adopts a process that was started with the same code,
    settings and ``secret``, and replaces any other.
    """

    def __init__(
        self,
        *,
        socket_path: Path,
        udp_port: int,
        addresses: tuple[str, ...] = (),
        secret: str = "",
    ) -> None:
        self._socket_path = socket_path
        command = [sys.executable, "-m", "kiosk.media.plane", "--keep"]
        command += ["--socket", str(socket_path), "--port", str(udp_port)]
        for address in addresses:
            command += ["--address", address]
        self._seal = standing.seal(command, secret)
        command += ["--seal", self._seal]
        super().__init__("media", command, environment={"PYTHONPATH": str(ROOT)}, outlives=True)

    @property
    def worker(self) -> int | None:
        """Process id of the worker, which has the calls and which the keeper restarts."""
        if self.pid is None:
            return None
        forks = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(forks[0]) if forks else None

    async def start(self) -> None:
        """Start or adopt a process, and wait until it answers requests.

        Raises :class:`MediaProcessFailed` when it cannot start.
        """
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

    async def _spawn(self) -> None:
        found = await standing.look(self._socket_path)
        if found is not None and found.seal == self._seal:
            self._process = found.process
            log.info("process.adopted", process=self.name, pid=found.process.pid)
            return
        if found is not None:
            await end(found.process, self.name)
        await super()._spawn()

    async def _answers(self) -> bool:
        found = await standing.look(self._socket_path)
        return found is not None and found.seal == self._seal
