"""Child processes of the web process: start, restart after an end, stop.

The caller gives the command. A child ends with its parent, even when the parent is killed, except
one made with ``outlives``, which the next parent may adopt.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import select
import signal
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence

import structlog

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 10.0
STEADY_AFTER_S = 5.0
"""After a child has run this long, the next restart again comes after the first, short pause."""

STOP_WITHIN_S = 3.0
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


_PLAIN = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "VIRTUAL_ENV"}
)
_PLAIN_BEGINNINGS = ("LC_", "PYTHON", "LD_", "MALLOC_", "SSL_CERT_", "FONTCONFIG_", "XDG_")


def plain_environment() -> dict[str, str]:
    """Return what every program needs of our environment: no setting and no secret among it."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _PLAIN or name.startswith(_PLAIN_BEGINNINGS)
    }


class Child:
    """One child process, kept alive until :meth:`stop`.

    Belongs to one event loop. ``name`` appears in the logs; of the parent's environment the child
    gets :func:`plain_environment`, and ``environment`` is added. With ``outlives`` the child
    continues when the parent is killed; only :meth:`stop` ends it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        niceness: int = 0,
        outlives: bool = False,
    ) -> None:
        self.name = name
        self._command = command
        self._environment = {**plain_environment(), **(environment or {})}
        self._before_exec = None if outlives else die_with_parent(niceness)
        self._process: asyncio.subprocess.Process | Adopted | None = None
        self._watch: asyncio.Task[None] | None = None
        self.restarts = 0

    def is_alive(self) -> bool:
        """Whether the process runs at this moment."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process' number while it runs."""
        return self._process.pid if self._process and self.is_alive() else None

    async def start(self) -> None:
        """Start the process and restart it whenever it ends; raise OSError when it cannot start."""
        await self._spawn()
        self._watch = asyncio.create_task(self._keep_alive(), name=f"watch {self.name}")

    async def stop(self) -> None:
        """Send SIGTERM, then SIGKILL after 3 seconds; do nothing when the process has ended."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._process is not None:
            await end(self._process, self.name)

    async def _spawn(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            # Its own group: Ctrl-C reaches the parent alone, which ends its children in order.
            # Not its own session: Linux weighs sessions against each other before it looks at
            # niceness, and printing would compete with calls for the processor (decision 0091).
            process_group=0,
            preexec_fn=self._before_exec,
        )
        log.info("process.started", process=self.name, pid=self._process.pid)

    async def _keep_alive(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            started = time.monotonic()
            status = await self._process.wait() if self._process else None
            if time.monotonic() - started > STEADY_AFTER_S:
                pause = FIRST_PAUSE_S
            self.restarts += 1
            log.error("process.ended", process=self.name, status=status, again_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            try:
                await self._spawn()
            except OSError as error:
                log.error("process.not_started", process=self.name, error=error.strerror)


async def end(process: asyncio.subprocess.Process | Adopted, name: str) -> None:
    """Send SIGTERM, then SIGKILL after 3 seconds; do nothing when the process has ended."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
    except TimeoutError:
        log.warning("process.killed", process=name)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Adopted:
    """A process that another process started, held by its pidfd: its pid may be used again.

    Has the methods of :class:`asyncio.subprocess.Process` that are used here.
    Raises ProcessLookupError when it is gone.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)
        self._close_handle = weakref.finalize(self, os.close, self._handle)

    @property
    def returncode(self) -> int | None:
        """None while it runs, then -1: only its parent can read the exit status."""
        if self._close_handle.alive and select.select([self._handle], [], [], 0)[0]:
            self._close_handle()
        return None if self._close_handle.alive else -1

    async def wait(self) -> int | None:
        """Return once it has ended."""
        if self.returncode is None:
            loop, over = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(self._handle, over.set)
            try:
                await over.wait()
            finally:
                loop.remove_reader(self._handle)
        return self.returncode

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.returncode is not None:
            raise ProcessLookupError
        signal.pidfd_send_signal(self._handle, number)


def die_with_parent(niceness: int = 0) -> Callable[[], None]:
    """Return what a child runs before its program: it ends when its parent does (Linux)."""
    # Loaded here, before the fork: a forked child of a threaded process may not import anything.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_exec() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if niceness:
            os.nice(niceness)

    return before_exec
