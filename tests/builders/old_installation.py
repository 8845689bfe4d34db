"""An instance folder with the installation that the first schema wrote (tests/data/schema-0001)."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.settings import Settings

WRITTEN = Path(__file__).parents[1] / "data" / "schema-0001"
FACTS = json.loads((WRITTEN / "facts.json").read_text())
"""What people hold of it: links, codes, passwords, cookies."""

NOW = datetime.fromisoformat(FACTS["now"]) + timedelta(minutes=6)
"""An instant at which its appointments are under way."""

SECRET: str = FACTS["secret_key"]


def settings_of(folder: Path) -> Settings:
    """Return the settings of the installation in ``folder``."""
    return Settings(secret_key=SECRET, instance_dir=folder, base_url=FACTS["base_url"])  # type: ignore[arg-type]


def write(folder: Path) -> Settings:
    """Write its database and its secret into ``folder``, at the first step of the schema."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sqlite3.connect(folder / "kiosk.sqlite3") as connection:
        connection.executescript((WRITTEN / "database.sql").read_text())
    connection.close()
    (folder / "kiosk.env").write_text(f"KIOSK_SECRET_KEY={SECRET}\n")
    return settings_of(folder)
