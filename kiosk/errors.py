"""Anticipated errors: each carries a stable code, an HTTP status and the values its sentence needs.

Ideas raise them; ``web/error_pages.py`` turns a code into a translated sentence, once; scripts in
the browser show by code. The list of codes and sentences is ``web/sentences.py``.
Unanticipated errors are not caught: they rise to the failsafe page.
"""

from __future__ import annotations


class KioskError(Exception):
    """An anticipated error a person may see.

    ``code`` is stable and dotted (``idea.what``); ``status`` is the HTTP status; ``values`` fill
    the placeholders of the translated sentence and must hold no secret.
    """

    code = "error.unknown"
    status = 400

    def __init__(self, code: str | None = None, *, status: int | None = None, **values: object):
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.values = values
        super().__init__(self.code)


class NotAllowed(KioskError):
    """The person is known but may not do this."""

    code = "access.not_allowed"
    status = 403


class NotFound(KioskError):
    """No such thing, or none that this person may know of."""

    code = "access.not_found"
    status = 404


class Conflict(KioskError):
    """The thing has changed since the person looked at it."""

    code = "state.conflict"
    status = 409


class TooManyTries(KioskError):
    """The address has guessed too often; ``values["retry_after_s"]`` says how long to wait."""

    code = "gate.locked"
    status = 429


class MediaError(KioskError):
    """The media plane refused or could not be reached."""

    code = "media.unavailable"
    status = 503
