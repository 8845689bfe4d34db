"""What people receive when something goes wrong: one handler for all, as a page or as JSON.

The words are in :mod:`kiosk.web.sentences`. Scripts receive them as
``{"error": {"code", "message", "advice"}}``. A code that is not listed speaks through its status.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import ngettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from kiosk.errors import KioskError
from kiosk.web.demonstration_strip import without_strip
from kiosk.web.i18n import format_moment
from kiosk.web.sentences import SENTENCES

_log = structlog.get_logger("kiosk.web")


_BY_STATUS = {
    401: "access.sign_in",
    403: "access.not_allowed",
    404: "access.not_found",
    405: "access.wrong_method",
    408: "edge.too_slow",
    413: "form.too_big",
    429: "gate.too_many",
    503: "server.down",
}

DEFAULT_WAIT_S = 60


def init_app(app: Flask) -> None:
    """Register every handler; read the failsafe page while all is well."""
    failsafe = (Path(app.root_path) / "templates" / "errors" / "failsafe.html").read_text("utf-8")
    app.extensions["failsafe"] = failsafe
    app.register_error_handler(KioskError, _anticipated)
    app.register_error_handler(CSRFError, lambda _error: answer(_stale_form()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _fault)
    app.after_request(_stay_on_this_site)
    # Flask's own line would hold the path, and a path may hold a link's secret.
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]


def sentence_for(error: KioskError) -> tuple[str, str]:
    """Return what happened and what to do, translated and filled with the error's values."""
    listed = SENTENCES.get(error.code) or SENTENCES[_BY_STATUS.get(error.status, "error.unknown")]
    values = _Readable({"wait": _wait(error), **error.values})
    return str(listed.title) % values, str(listed.advice) % values


def answer(error: KioskError) -> Response:
    """Answer with the error, as a page or as JSON according to who asks."""
    title, advice = sentence_for(error)
    if wants_json():
        body = {"code": error.code, "message": title, "advice": advice}
        response = jsonify(error=body)
    else:
        page = render_template("errors/error.html", code=error.code, title=title, advice=advice)
        response = make_response(page)
    response.status_code = error.status
    if error.status in (429, 503):
        response.headers["Retry-After"] = str(_retry_after_s(error))
    return response


def wants_json() -> bool:
    """Say whether a script asks: it sends JSON, says so, or accepts nothing else."""
    if request.headers.get("X-Requested-With") or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def failsafe_page() -> Response:
    """Answer 500 with a page that needs no database, no session and no catalog."""
    if wants_json():
        words = SENTENCES["server.fault"]
        body = {"code": "server.fault", "message": str(words.title), "advice": str(words.advice)}
        response = jsonify(error=body)
    else:
        assets = current_app.extensions["assets"]
        page = without_strip(current_app.extensions["failsafe"])
        page = page.replace("{{css}}", assets.url("css/app.css"))
        page = page.replace("{{icon}}", assets.url("images/favicon.png"))
        response = make_response(page)
    response.status_code = 500
    return response


class _Readable(dict[str, object]):
    """Values as people read them; an unknown placeholder shows nothing rather than failing."""

    def __getitem__(self, key: str) -> object:
        value = super().get(key, "")
        return format_moment(value) if isinstance(value, datetime) else value


def _stale_form() -> KioskError:
    """Say why a form's token is not the session's: a page of ours gave it, no cookie came back."""
    has_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    is_ours = "csrf_token" in request.form or "X-CSRFToken" in request.headers
    return KioskError("form.no_cookie" if is_ours and not has_cookie else "form.expired")


def _anticipated(error: KioskError) -> Response:
    _log.info("refused", error=error.code, status=error.status)
    return answer(error)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    values: dict[str, object] = {}
    if isinstance(error, RateLimitExceeded):
        values["retry_after_s"] = error.limit.limit.get_expiry()
    code = _BY_STATUS.get(error.code, "server.fault" if error.code >= 500 else "error.unknown")
    response = answer(KioskError(code, status=error.code, **values))
    if error.code == 405:
        response.headers.extend(error.get_headers())
        response.headers["Content-Type"] = response.content_type
    return response


def _stay_on_this_site(response: Response) -> Response:
    """Leave scheme and host out of a redirection by slashes: a proxy may have forgotten ours."""
    if isinstance(request.routing_exception, RequestRedirect):
        parts = urlsplit(request.routing_exception.new_url)
        # Two slashes in front would be another host.
        path = "/" + parts.path.lstrip("/")
        response.location = urlunsplit(("", "", path, parts.query, ""))
    return response


def _fault(error: InternalServerError) -> Response:
    original = error.original_exception or error
    _log.error("fault", kind=type(original).__name__, exc_info=original)
    return failsafe_page()


def _retry_after_s(error: KioskError) -> int:
    value = error.values.get("retry_after_s", DEFAULT_WAIT_S)
    return max(1, ceil(float(str(value))))


def _wait(error: KioskError) -> str:
    seconds = _retry_after_s(error)
    if seconds < DEFAULT_WAIT_S:
        return str(ngettext("%(num)s seconde", "%(num)s secondes", seconds))
    return str(ngettext("%(num)s minute", "%(num)s minutes", ceil(seconds / 60)))
