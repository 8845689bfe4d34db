"""The printing worker itself: takes jobs from standard input and answers on standard output.

Started by ``worker.py`` and by nobody else; the only place where WeasyPrint is imported.
"""

from __future__ import annotations

import os
import signal
import traceback
from multiprocessing.connection import Connection

from kiosk.printing.document import Job, RenderingFailed, write_pdf

NICENESS = 19
"""Speech goes first, always (decision 0091); needs no privilege."""


def work() -> None:
    """Print until standard input closes. An answer is the PDF's bytes, or a text: what is wrong."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the web process, which stops us
    jobs = Connection(os.dup(0), writable=False)
    answers = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # a stray print must not end up among the answers
    while True:
        try:
            job: Job = jobs.recv()
        except EOFError:
            return
        try:
            answers.send(write_pdf(job))
        except RenderingFailed as faulty:
            answers.send(str(faulty))
        except Exception as fault:  # whatever it is, it ends this job and not the worker
            traceback.print_exc()
            answers.send(type(fault).__name__)


if __name__ == "__main__":
    work()
