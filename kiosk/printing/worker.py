"""Print in a separate process, so that layout never takes time from calls and pages.

:func:`render` holds no thread where its caller can come back (``LATER``, decision 0332); elsewhere
it blocks the calling thread until the PDF is there, and few may wait at once. The
worker (``__main__.py``) starts with the first job and ends when its pipe closes, so it never
outlives the web process.
Decision 0040.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from multiprocessing.connection import Connection

import structlog

from kiosk.errors import KioskError
from kiosk.printing.document import Job, RenderingFailed
from kiosk.settings import ROOT
from kiosk.system.processes import plain_environment

log = structlog.get_logger(__name__)

TIME_LIMIT_S = 30.0
"""From the call to the PDF, time in the queue included; for a caller that holds no thread, from
the moment its document's turn comes."""

ASKED = 60
"""Documents asked for by callers that hold no thread; the next ones are refused at once (503)."""

TURN_WITHIN_S = 50.0
"""A document whose turn comes later is refused (503): proxies in front give up after 60 s."""

WAITING = 4
"""Threads that print or wait for the press; the next ones are refused at once (503)."""

JOBS_PER_WORKER = 200
"""A new worker then replaces the old one, in case layout libraries leak memory."""

CACHE_BYTES = 8_000_000


class PrintingFailed(KioskError):
    """The document could not be made. The log says why; the page asks the person to try again."""

    code = "printing.failed"
    status = 500


class PrintingTimeout(KioskError):
    """The document took too long: the queue is full or the machine is overloaded."""

    code = "printing.timeout"
    status = 503


Later = dict[bytes, "Future[bytes]"]
"""The documents that one request waits for, by digest."""

LATER: ContextVar[Later | None] = ContextVar("later", default=None)
"""Set where a request is answered again once its documents are there; see :exc:`NotYet`."""


class NotYet(Exception):
    """The document is being printed: answer the request again when the futures are done."""


class Press:
    """One worker process, its queue, and a cache of documents that name no person."""

    def __init__(
        self, *, time_limit_s: float = TIME_LIMIT_S, jobs_per_worker: int = JOBS_PER_WORKER
    ) -> None:
        self._time_limit_s = time_limit_s
        self._jobs_per_worker = jobs_per_worker
        self._places = threading.BoundedSemaphore(WAITING)
        self._queue = threading.Lock()
        self._cache_lock = threading.Lock()
        self._worker: _Worker | None = None
        self._printing_since: float | None = None
        self._asked: dict[bytes, Future[bytes]] = {}
        self._asking = threading.Lock()
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="press")
        self._cache: OrderedDict[bytes, bytes] = OrderedDict()

    @property
    def pid(self) -> int | None:
        """The worker's process, if one is running."""
        return self._worker.pid if self._worker and self._worker.alive else None

    def render(self, job: Job) -> bytes:
        """Make the PDF of ``job``. Any thread may call; jobs are done one after the other.

        Raises :exc:`PrintingTimeout` after the time limit, :exc:`PrintingFailed` if the document
        is faulty or the worker died. The next job then gets a working press.
        """
        if cached := self._from_cache(job):
            return cached
        if not self._places.acquire(blocking=False):
            raise PrintingTimeout
        try:
            return self._in_turn(job)
        finally:
            self._places.release()

    def ask(self, job: Job) -> Future[bytes]:
        """Queue ``job``, once for all who ask for the same document; any thread, never waits.

        Raises :exc:`PrintingTimeout` when too many are queued; the future raises as :meth:`render`.
        """
        with self._asking:
            if (asked := self._asked.get(job.digest)) is not None:
                return asked
            if len(self._asked) >= ASKED:
                raise PrintingTimeout
            future = self._turns.submit(self._when_its_turn_comes, job, time.monotonic())
            self._asked[job.digest] = future
        future.add_done_callback(lambda _: self._asked.pop(job.digest, None))
        return future

    def cached(self, job: Job) -> bytes | None:
        """Return the document if it is kept; waits for nobody."""
        return self._from_cache(job)

    def _when_its_turn_comes(self, job: Job, asked_at: float) -> bytes:
        if time.monotonic() - asked_at > TURN_WITHIN_S:
            raise PrintingTimeout
        return self._in_turn(job)

    def _in_turn(self, job: Job) -> bytes:
        deadline = time.monotonic() + self._time_limit_s
        if not self._queue.acquire(timeout=self._time_limit_s):
            raise PrintingTimeout
        try:
            return self._from_cache(job) or self._print(job, deadline)
        finally:
            self._queue.release()

    def stop(self) -> None:
        """End the worker; a job under way fails. A later job starts a new worker.

        Nobody who asked without a thread is answered any more.
        """
        turns, self._turns = self._turns, ThreadPoolExecutor(1, thread_name_prefix="press")
        turns.shutdown(wait=False, cancel_futures=True)
        self._end_worker()

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            worker.stop()

    def _from_cache(self, job: Job) -> bytes | None:
        with self._cache_lock:
            if job.digest in self._cache:
                self._cache.move_to_end(job.digest)
            return self._cache.get(job.digest)

    def idle_at(self) -> float:
        """Return when the press was last without a document: now, or when this one's turn came."""
        return self._printing_since or time.monotonic()

    def _print(self, job: Job, deadline: float) -> bytes:
        self._printing_since = time.monotonic()
        try:
            return self._printed(job, deadline)
        finally:
            self._printing_since = None

    def _printed(self, job: Job, deadline: float) -> bytes:
        worker = self._ready_worker()
        try:
            printed = worker.do(job, deadline)
        except (TimeoutError, EOFError, OSError) as lost:
            self._end_worker()
            raise (PrintingTimeout if isinstance(lost, TimeoutError) else PrintingFailed) from lost
        except RenderingFailed as faulty:
            log.error("printing.failed", reason=str(faulty))
            raise PrintingFailed from faulty
        if not job.personal:
            self._remember(job, printed)
        return printed

    def _ready_worker(self) -> _Worker:
        worker = self._worker
        if worker and (not worker.alive or worker.done >= self._jobs_per_worker):
            self._end_worker()
            worker = None
        if worker is None:
            worker = self._worker = _Worker()
        return worker

    def _remember(self, job: Job, printed: bytes) -> None:
        with self._cache_lock:
            self._cache[job.digest] = printed
            while sum(map(len, self._cache.values())) > CACHE_BYTES:
                self._cache.popitem(last=False)


class _Worker:
    """One worker process, as its parent sees it."""

    def __init__(self) -> None:
        self.done = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.printing"],
            cwd=ROOT,
            env=plain_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = Connection(os.dup(self._process.stdin.fileno()), readable=False)
        self._from = Connection(os.dup(self._process.stdout.fileno()), writable=False)
        self._process.stdin.close()
        self._process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def do(self, job: Job, deadline: float) -> bytes:
        """Print one job; raise TimeoutError, EOFError/OSError (worker gone), RenderingFailed."""
        self.done += 1
        self._to.send(job)
        if not self._from.poll(max(0.0, deadline - time.monotonic())):
            raise TimeoutError
        answer = self._from.recv()
        if isinstance(answer, bytes):
            return answer
        raise RenderingFailed(str(answer))

    def stop(self) -> None:
        """Close the pipe, which ends an idle worker; kill a busy one."""
        self._to.close()
        try:
            self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._from.close()


_press = Press()
atexit.register(_press.stop)


def render(job: Job) -> bytes:
    """Make the PDF of ``job`` on the application's own press (see :meth:`Press.render`).

    Raises :exc:`NotYet` where the request is answered again later.
    """
    later = LATER.get()
    if later is None:
        return _press.render(job)
    if job.digest in later:
        return later[job.digest].result()
    if (cached := _press.cached(job)) is not None:
        return cached
    later[job.digest] = _press.ask(job)
    raise NotYet


def idle_at() -> float:
    """Return when the application's press was last without a document (``time.monotonic()``)."""
    return _press.idle_at()


def stop() -> None:
    """End the application's press, when the web process ends."""
    _press.stop()
