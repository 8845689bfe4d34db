"""The registry of checks: every module of this package holds one, named ``CHECK``.

A new check is one file here and the module in ``static/js/readiness/`` that measures it; tests
name the sentences it still needs.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from kiosk.readiness.vocabulary import Check


def _discover() -> dict[str, Check]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found: list[Check] = [import_module(f"{__name__}.{name}").CHECK for name in names]
    if [check.id for check in found] != names:
        raise TypeError("a check has the name of its file")
    return {check.id: check for check in sorted(found, key=lambda check: check.place)}


CHECKS: Mapping[str, Check] = _discover()
"""Every check by its id, in the order of the path."""


def for_page() -> dict[str, dict[str, Any]]:
    """Return what scripts measure with, by check: the page's JSON holds exactly this."""
    return {name: check.for_page() for name, check in CHECKS.items()}
