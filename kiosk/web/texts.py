"""Texts in a request that no database and no program can hold are refused, in one place.

JSON may hold half of a surrogate pair (RFC 8259 §8.2), and any text the sign of value zero. The
first cannot be encoded, the second cannot be stored in PostgreSQL.
"""

from __future__ import annotations

import json
import re

from flask import Flask, request
from werkzeug.datastructures import MultiDict

from kiosk.errors import KioskError

_MAY_BE_BAD = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""How JSON writes both; emoji of other programs are written so too, and are looked at closer."""

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def init_app(app: Flask) -> None:
    """Look at each request before its route does."""
    app.before_request(_refuse_bad_texts)


def is_storable(text: str) -> bool:
    """Tell whether a text is Unicode without the sign of value zero."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _refuse_bad_texts() -> None:
    """Raise KioskError ``request.bad_text`` (400) for a path, query, form or JSON with one."""
    texts = [request.path, *request.args, *_values(request.args)]
    if request.mimetype in FORM_TYPES:
        texts += [*request.form, *_values(request.form)]
    if not all(map(is_storable, texts)) or (request.is_json and not _json_is_storable()):
        raise KioskError("request.bad_text")


def _values(given: MultiDict[str, str]) -> list[str]:
    return [value for _name, values in given.lists() for value in values]


def _json_is_storable() -> bool:
    body = request.get_data(cache=True)
    try:
        # json.loads would take surrogates that are written as bytes.
        written = body.decode()
        return not _MAY_BE_BAD.search(body) or _is_storable_at_any_depth(json.loads(written))
    except (UnicodeDecodeError, RecursionError):
        return False
    except ValueError:
        # What is no JSON at all is refused by the route that wanted it.
        return True


def _is_storable_at_any_depth(value: object) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, list):
        return all(map(_is_storable_at_any_depth, value))
    if isinstance(value, dict):
        return all(map(_is_storable_at_any_depth, [*value, *value.values()]))
    return True
