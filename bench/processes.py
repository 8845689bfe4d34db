"""A server under measurement: one process of its own, on a core of its own, and what it costs."""

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
    """Return the IPv4 address by which this machine speaks; both servers put their media there."""
    return next(one.local for one in announced(()) if one.version == 4)


class ServerFell(RuntimeError):
    """The server ended, or was not ready in time; its last words are in the message."""


class ServerProcess:
    """A started command. It ends with us at the latest, however we end.

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
        """Wait for ``ready``; raises :class:`ServerFell` when it does not come."""
        end = time.monotonic() + READY_WITHIN_S
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise ServerFell(self._log.read_text(errors="replace")[-2000:])
            time.sleep(LOOK_AGAIN_S)

    def cpu_ns(self) -> int:
        """Processor time its living threads have used, in nanoseconds, not in clock ticks.

        The time of a thread that has ended is gone from here: compare two readings only across a
        stretch in which nobody joins or leaves.
        """
        return sum(_thread_cpu_ns(task) for task in Path(f"/proc/{self.pid}/task").iterdir())

    def resident_bytes(self) -> int:
        """Memory it occupies now (RSS)."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """Ask it to end, insist after some seconds; harmless when it is gone."""
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
