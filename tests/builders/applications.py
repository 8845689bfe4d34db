"""The whole application on an empty database."""

from __future__ import annotations

from io import BytesIO

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from kiosk import create_app
from kiosk.settings import Settings
from tests.builders import databases


def application(settings: Settings) -> Flask:
    """Make an application for tests; its database has all tables and no row."""
    databases.in_file(settings.sqlalchemy_url).close()
    return with_compiled_templates(create_app(settings))


def with_compiled_templates(app: Flask) -> Flask:
    """Let this application share compiled templates with the others of this process."""
    app.testing = True
    app.jinja_env.bytecode_cache = _COMPILED
    return app


class _Compiled(BytecodeCache):
    """Templates as compiled by the first application that used them."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.load_bytecode(BytesIO(self._code[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
