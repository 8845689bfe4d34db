"""Keeps the media process running, also while there is no web process.

The keeper has loaded all code and only waits. The worker that carries the calls is its fork, so
that a worker that ends unexpectedly is replaced within milliseconds (decision 0012). The listening
socket belongs to the keeper: a command that comes during a replacement waits for the next worker.
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
STOP_S = 2.0
"""How long a worker may take to end after SIGTERM."""

STEADY_AFTER_S = 5.0
LONGEST_PAUSE_S = 10.0
CANNOT_START = 1
"""Exit status of a worker when another one would fail, too: its port is in use, for example."""

log = structlog.get_logger()


def keep(work: Callable[[], int]) -> int:
    """Run ``work`` in a fork, again after each failure, until it succeeds or SIGTERM arrives.

    Returns 0, or 1 when it cannot start. The calling process must not have threads: its signals
    are blocked from now on, and handled one at a time.
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
        # A keeper that has just ended could not stop this worker any more.
        status = work() if os.getppid() == keeper else 0
    except BaseException:  # noqa: BLE001 - nothing may be raised into the keeper's own stack
        log.exception("media.fault")
    finally:
        sys.stderr.flush()
        os._exit(status)


def _until_it_ends(worker: int) -> int:
    """Return the worker's exit status, or minus the signal that ended it; 0 after SIGTERM to us."""
    while True:
        number = signal.sigwait(ENDING | {signal.SIGCHLD})
        if number in ENDING:
            os.kill(worker, signal.SIGTERM)
            deadline = time.monotonic() + STOP_S
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
