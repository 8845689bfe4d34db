"""Logs: one JSON line an event, ids only.

The scrubber is the last guard, not the first: code logs ids. What still arrives under a name that
could hold a person or a secret is blanked before it is written. A stable error code is logged as
``error``, never as ``code``, which is what people type to enter.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

from kiosk.web.paced_log import LIBRARIES, PacedLibraries

BLANK = "[blanked]"

_FORBIDDEN = {
    *("name", "phone", "email", "mail", "contact", "address", "ip", "text"),
    *("token", "code", "password", "secret", "cookie", "authorization", "sdp", "candidate"),
}

_log = structlog.get_logger("kiosk.web")


def scrub(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Blank every value whose key, or the last word of it, is forbidden; at any depth."""
    return {key: _scrubbed(key, value) for key, value in event.items()}


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our events and those of libraries to ``stream`` (standard output) as JSON lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(PacedLibraries())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in LIBRARIES:
        # They would write a line a socket, with the visitor's address.
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


def init_app(app: Flask) -> None:
    """Write one line a request: the route's rule, never the path, which may hold a secret."""
    app.before_request(_start)
    app.after_request(_write_line)


def _scrubbed(key: str, value: Any) -> Any:
    if key.lower().rpartition("_")[2] in _FORBIDDEN or key.lower() in _FORBIDDEN:
        return BLANK
    if isinstance(value, Mapping):
        return {inner: _scrubbed(str(inner), each) for inner, each in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed("", each) for each in value]
    return value


def _start() -> None:
    g.request_started = time.perf_counter()


def _write_line(response: Response) -> Response:
    started = g.get("request_started", time.perf_counter())
    _log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - started) * 1000, 1),
        ids={key: value for key, value in (request.view_args or {}).items() if key.endswith("id")},
    )
    return response
