"""What restorations and upgrades put aside in ``kept/`` of the instance folder, for seven days."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.run.upkeep.switch import KEPT, PREPARED

KEPT_FOR = timedelta(days=7)


def name_for(what: str, *, now: datetime) -> str:
    """Return the name of something put aside now: ``before-restore-20261130-2210``."""
    return f"before-{what}-{now:%Y%m%d-%H%M%S}"


def tidy(folder: Path, *, now: datetime) -> None:
    """Delete what has been kept long enough, and what a killed restoration left.

    People's data is in it. To be called by the server that holds the lock of ``folder``.
    """
    shutil.rmtree(folder / PREPARED, ignore_errors=True)
    for path in (folder / KEPT).glob("before-*"):
        if path.stat().st_mtime > (now - KEPT_FOR).timestamp():
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
