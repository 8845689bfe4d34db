"""Keeps the media process alive without anybody's help, also while no web process is there.

The keeper has loaded everything and does nothing but wait: the process that carries the calls is
its fork, so that one which falls is replaced within milliseconds (decision 0012). The listening
socket is the keeper's: a command that comes in between waits for the next one.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

import structlog

from kiosk.system.processes import die_with_parent

ENDING = {signal.SIGTERM, signal.SIGINT}
FAREWELL_S = 2.0
"""What a worker that was told to end may take for its goodbyes."""

STEADY_AFTER_S = 5.0
LONGEST_PAUSE_S = 10.0
CANNOT_START = 1
"""The worker's status when another one would not do any better: its port is taken, for example."""

log = structlog.get_logger()


def keep(work: Callable[[], int]) -> int:
    """Run ``work`` in a fork, again whenever that falls, until it ends well or we are told to end.

    Returns 0, or 1 when it cannot start. Call it from a process that has no threads: its signals
    are blocked from now on, and taken one at a time.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING | {signal.SIGCHLD})
    before_work = die_with_parent()
    pause = 0.0
    while True:
        started = time.monotonic()
        worker = _fork(work, before_work)
        if (status := _until_it_ends(worker)) in (0, CANNOT_START):
            return status
        pause = 0.0 if time.monotonic() - started > STEADY_AFTER_S else pause
        log.error("media.fell", status=status, again_in_s=pause)
        if signal.sigtimedwait(ENDING, pause) is not None:
            return 0
        pause = min(max(0.2, pause * 2), LONGEST_PAUSE_S)


def _fork(work: Callable[[], int], before_work: Callable[[], None]) -> int:
    keeper = os.getpid()
    worker = os.fork()
    if worker:
        return worker
    status = os.EX_SOFTWARE
    try:
        before_work()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING | {signal.SIGCHLD})
        # A keeper that fell in this very moment could not end us any more.
        status = work() if os.getppid() == keeper else 0
    except BaseException:  # noqa: BLE001 - nothing may unwind into the keeper's own stack
        log.exception("media.fault")
    finally:
        sys.stderr.flush()
        os._exit(status)


def _until_it_ends(worker: int) -> int:
    """Return the worker's exit status, or minus the signal that ended it; 0 when we were told."""
    while True:
        number = signal.sigwait(ENDING | {signal.SIGCHLD})
        if number in ENDING:
            os.kill(worker, signal.SIGTERM)
            deadline = time.monotonic() + FAREWELL_S
            while (ended := _ended(worker)) is None and time.monotonic() < deadline:
                signal.sigtimedwait({signal.SIGCHLD}, deadline - time.monotonic())
            if ended is None:
                os.kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)
            return 0
        if (ended := _ended(worker)) is not None:
            return ended


def _ended(worker: int) -> int | None:
    pid, status = os.waitpid(worker, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None
