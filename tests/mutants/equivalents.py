"""Where a mutation changes nothing that a test of the rules could see, and why."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Position = tuple[int, int]

_GUARDS = ("frozen", "slots", "kw_only", "strict")
"""Keywords that only forbid mistakes in our own code: no behaviour depends on them."""

_ORDERS = ("place",)
"""Places in a list, counted in tens: one more or less leaves the order, which is tested."""

_COLUMNS = ("mapped_column", "relationship", "ForeignKey", "Index", "CheckConstraint")
"""The shape of tables: tests/storage/test_schema.py holds the models to the migrations."""

_LOGS = ("log", "_log", "logger")
"""What is logged is free; that it holds ids only is tested in tests/unit/web/test_logs.py."""

_ROW_LOCKS = ("for_update", "skip_locked")
"""Locks of rows: SQLite has none, one writer has the whole database. Only a second process on
PostgreSQL could see them missing (tests/delivery/test_queue_among_processes.py)."""

_MEMORY = ("cache",)
"""Decorators that change how often something is computed and never what."""


def excluded_ranges(source: str) -> list[tuple[Position, Position]]:
    """Return (start, end) of each excluded part; lines from 1, columns from 0, end not included.

    Annotations are excluded too: ``from __future__ import annotations`` leaves them unevaluated.
    Docstrings need no rule: no operator changes a string.
    """
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in _excluded(ast.parse(source))
    ]


def _excluded(tree: ast.AST) -> Iterator[ast.expr | ast.stmt | ast.keyword]:
    for node in ast.walk(tree):
        match node:
            case (
                ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation)
            ):
                yield annotation
            case ast.FunctionDef(decorator_list=[ast.Name(id=name) as decorator]) if (
                name in _MEMORY
            ):
                yield ast.Expr(decorator, lineno=decorator.lineno, col_offset=0, **_end(decorator))
            case ast.FunctionDef(returns=ast.expr() as returns):
                yield returns
            case ast.keyword(arg=name) if name in (*_GUARDS, *_ORDERS, *_ROW_LOCKS):
                yield node
            case ast.Call(func=ast.Name(id=name)) if name in _COLUMNS:
                yield node
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))) if (
                name in _LOGS
            ):
                yield node
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield node


def _end(node: ast.expr) -> dict[str, int | None]:
    return {"end_lineno": node.end_lineno, "end_col_offset": node.end_col_offset}
