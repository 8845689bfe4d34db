"""The printing worker: reads jobs from standard input and writes PDFs to standard output.

Only ``worker.py`` starts it. WeasyPrint is used in this process only.
"""

from __future__ import annotations

import os
import signal
import traceback
from multiprocessing.connection import Connection

from kiosk.printing.document import Job, RenderingFailed, write_pdf

NICENESS = 19
"""Lowest priority, so that calls never wait for printing (decision 0091); needs no privilege."""


def work() -> None:
    """Print until standard input closes. Answer each job with the PDF, or a text: what is wrong."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C the web process stops us
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
        except Exception as fault:  # a fault ends this job, not the worker
            traceback.print_exc()
            answers.send(type(fault).__name__)


if __name__ == "__main__":
    work()
