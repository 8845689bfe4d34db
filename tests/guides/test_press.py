"""The press: a niced worker apart, that is never waited for too long and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.printing.__main__ import NICENESS
from kiosk.printing.document import Job, RenderingFailed
from kiosk.printing.worker import TIME_LIMIT_S, WAITING, Press, PrintingFailed, PrintingTimeout
from kiosk.settings import ROOT


def letter(body: str = "<p>Bonjour</p>", *, personal: bool = True) -> Job:
    return Job(
        '<!doctype html><html lang="fr"><title>Lettre</title>'
        '<link rel="stylesheet" href="print:sheets/fonts.css">'
        f"<body><h1>Lettre</h1>{body}",
        personal=personal,
    )


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    press = Press()
    yield press
    press.stop()


def test_documents_are_printed_in_another_process_of_lowest_priority(press: Press) -> None:
    printed = press.render(letter())

    assert printed.startswith(b"%PDF")
    assert press.pid not in (None, os.getpid())
    assert os.getpriority(os.PRIO_PROCESS, press.pid or 0) == min(19, os.nice(0) + NICENESS)


def test_the_process_that_serves_pages_never_loads_the_layout_library() -> None:
    program = (
        "import sys; from kiosk.printing import cards, guides, worker;"
        "guides.pdf('rejoindre-telephone', 'fr'); worker.stop();"
        "sys.exit('weasyprint' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    assert ended.returncode == 0


def test_the_same_content_is_the_same_file(press: Press) -> None:
    assert press.render(letter()) == press.render(letter())


@pytest.mark.parametrize(
    "body",
    [
        '<img src="print:images/missing.svg" alt="Rien">',
        '<img src="https://example.org/picture.svg" alt="Ailleurs">',
        '<img src="file:///etc/hostname" alt="Fichier">',
        '<img src="print:images/../fonts.css" alt="Remonter">',
        '<p style="font: nonsense">Mal écrit</p>',
        '<link rel="stylesheet" href="print:sheets/missing.css">',
        "<style>@font-face { font-family: A; src: url(print:fonts/absent.woff2) }</style>",
    ],
    ids=[
        "missing picture",
        "other host",
        "file",
        "outside",
        "bad style",
        "missing sheet",
        "missing font",
    ],
)
def test_a_document_with_a_fault_is_not_printed(press: Press, body: str) -> None:
    with pytest.raises(PrintingFailed) as failed:
        press.render(letter(body))

    assert failed.value.code == "printing.failed"
    assert isinstance(failed.value.__cause__, RenderingFailed)


def test_a_faulty_document_does_not_end_the_worker(press: Press) -> None:
    press.render(letter())
    worker = press.pid

    with pytest.raises(PrintingFailed):
        press.render(letter('<img src="print:images/missing.svg" alt="Rien">'))

    assert press.pid == worker
    assert press.render(letter()).startswith(b"%PDF")


def test_a_worker_that_hangs_is_replaced() -> None:
    press = Press()
    press.render(letter())
    hung = press.pid or 0
    press._time_limit_s = 0.3
    os.kill(hung, signal.SIGSTOP)

    with pytest.raises(PrintingTimeout) as late:
        press.render(letter("<p>Attendre</p>"))

    assert (late.value.code, late.value.status) == ("printing.timeout", 503)
    assert not _exists(hung)
    press._time_limit_s = TIME_LIMIT_S
    assert press.render(letter("<p>Reprendre</p>")).startswith(b"%PDF")
    press.stop()


def test_a_worker_that_died_is_replaced(press: Press) -> None:
    press.render(letter())
    dead = press.pid or 0
    os.kill(dead, signal.SIGKILL)
    os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)

    printed = press.render(letter())

    assert printed.startswith(b"%PDF")
    assert press.pid != dead


def test_a_worker_is_replaced_after_its_number_of_jobs() -> None:
    press = Press(jobs_per_worker=1)

    workers = [press.render(letter()) and press.pid for _ in range(2)]

    assert len(set(workers)) == 2
    press.stop()


def test_a_job_that_waits_too_long_in_the_queue_times_out() -> None:
    press = Press(time_limit_s=0.05)

    with press._queue, pytest.raises(PrintingTimeout):
        press.render(letter())


def test_a_document_that_names_no_person_is_cached_and_a_letter_is_not(press: Press) -> None:
    press._cache.clear()

    press.render(letter("<p>Pour Amina</p>", personal=True))
    press.render(letter("<p>Pour tous</p>", personal=False))

    assert list(press._cache) == [letter("<p>Pour tous</p>").digest]


def test_the_cache_of_documents_is_bounded(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = letter("<p>Un</p>", personal=False), letter("<p>Deux</p>", personal=False)
    press._cache.clear()
    monkeypatch.setattr("kiosk.printing.worker.CACHE_BYTES", len(press.render(first)) * 3 // 2)

    press.render(second)

    assert list(press._cache) == [second.digest]


def test_stopping_ends_the_worker(press: Press) -> None:
    press.render(letter())
    worker = press.pid or 0

    press.stop()

    assert press.pid is None
    assert not _exists(worker)


def test_the_worker_ends_when_its_web_process_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal; from kiosk.printing import guides, worker;"
        "guides.pdf('rejoindre-telephone', 'fr');"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(worker._press.pid));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )

    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    orphan = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 20
    while _runs(orphan) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(orphan)


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _runs(pid: int) -> bool:
    """Whether a process still runs; one that waits to be reaped by its new parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_printed_guide_is_read_again_while_the_press_is_taken():
    press = Press()
    guide = Job("<html lang='fr'><head><title>t</title></head><body><p>t</p></body></html>", False)
    printed = press.render(guide)

    with press._queue:
        assert press.render(guide) == printed
    press.stop()


def test_few_threads_wait_for_the_press_and_the_next_are_refused_at_once():
    press = Press(time_limit_s=5)
    for _ in range(WAITING):
        assert press._places.acquire(blocking=False)

    with pytest.raises(PrintingTimeout):
        press.render(Job("<p>card</p>", personal=True))
