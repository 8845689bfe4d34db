"""The whole application on an empty database."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from kiosk import create_app
from kiosk.settings import ROOT, Settings
from kiosk.web import assets
from kiosk.web.asset_tree import AssetTree
from tests.builders import databases


def share_compiled_routes() -> None:
    """Let all applications of this process share the code that builds the address of a route.

    Werkzeug compiles two functions for each route of each application: a fifth of what a page's
    test takes. They depend on the parts of the rule alone; converters are looked up when they run.
    """
    compile_one = Rule._compile_builder
    compiled: dict[Any, Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_one(rule, append_unknown)
        parts = (*rule._trace, append_unknown)
        if parts not in compiled:
            compiled[parts] = compile_one(rule, append_unknown)
        return compiled[parts]

    patched: Any = Rule
    patched._compile_builder = compile_once


def share_assets() -> None:
    """Let all applications of this process share the files of ``static/``, read once.

    A test of another folder, or of a changed one, reads it by itself.
    """
    tree = cache(AssetTree)
    assets.AssetTree = lambda folder: (tree if folder == ROOT / "static" else AssetTree)(folder)


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
