"""A measured server: one process on one core, and its cost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kiosk.media.addresses import announced
from kiosk.system.processes import die_with_parent

READY_WITHIN_S = 20.0
STOPPED_WITHIN_S = 5.0
LOOK_AGAIN_S = 0.02


def own_address() -> str:
    """Return this machine's outgoing IPv4 address; both servers use it for media."""
    return next(one.local for one in announced(()) if one.version == 4)


class ServerFailed(RuntimeError):
    """The server ended, or was not ready in time; the message holds its last output."""


class ServerProcess:
    """A started command. It ends with this process at the latest.

    ``core`` is the only processor it may use (None: any); what it prints goes to ``log``.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        core: int | None = None,
        niceness: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._log = log
        before_exec = die_with_parent(niceness)

        def settle() -> None:
            before_exec()
            if core is not None:
                os.sched_setaffinity(0, {core})

        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,  # as in an installation (decision 0091)
                preexec_fn=settle,
            )
        self.pid = self._process.pid

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for ``ready``; raises :class:`ServerFailed` when it never is."""
        end = time.monotonic() + READY_WITHIN_S
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise ServerFailed(self._log.read_text(errors="replace")[-2000:])
            time.sleep(LOOK_AGAIN_S)

    def cpu_ns(self) -> int:
        """Processor time its living threads have used, in nanoseconds, not in clock ticks.

        The time of a thread that has ended is gone from here: compare two readings only across a
        stretch in which nobody joins or leaves.
        """
        return sum(_thread_cpu_ns(task) for task in Path(f"/proc/{self.pid}/task").iterdir())

    def resident_bytes(self) -> int:
        """Its present resident memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """Send SIGTERM, and SIGKILL after some seconds; harmless when it has ended."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()


def _thread_cpu_ns(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except FileNotFoundError:  # it ended while we looked
        return 0
