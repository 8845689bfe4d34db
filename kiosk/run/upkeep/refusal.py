"""Why a command for the installation was refused: one sentence, and nothing was changed."""

from __future__ import annotations

import os

from kiosk.language.languages import SOURCE
from kiosk.web.setup_sentences import said


class Refused(Exception):
    """A command did nothing; the message is the sentence of :data:`SETUP` for ``code``."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        title, advice = said(code, values, os.environ.get("KIOSK_DEFAULT_LANGUAGE", SOURCE))
        super().__init__(f"{title}. {advice} ({code})")


def cause(error: Exception) -> str:
    """Return the first line of what a database said, without the statement."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
