"""The media process' log: JSON lines on the error output, ids only."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import TextIO, cast

import structlog


class _Tolerant:
    """A log file that ignores write errors: its reader may have ended before this process."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()


def log_to_stderr() -> None:
    """Set up logging; a failure to write a log line never affects a call."""
    file = cast(TextIO, _Tolerant(sys.stderr))
    logging.basicConfig(level=logging.WARNING, stream=file)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=file),
    )
