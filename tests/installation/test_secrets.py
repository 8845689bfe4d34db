"""Which process knows which secret, and what is left on disk of what was erased."""

from __future__ import annotations

import contextlib
import urllib.request
from pathlib import Path

from sqlalchemy import text

from kiosk.storage import schema
from kiosk.storage.database import Database
from tests.drivers.server import RunningServer


def environment_of(pid: int) -> dict[str, str]:
    written = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in written if "=" in line)


def children(pid: int) -> list[int]:
    """Every process started by any thread of this one."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_each_helper_knows_the_secrets_it_needs(server: RunningServer) -> None:
    address = f"{server.url}/guides/rejoindre-ordinateur.pdf"
    with contextlib.suppress(OSError):
        urllib.request.urlopen(address, timeout=60).close()
    helpers = [*children(server.pid), server.media_keeper, server.media_process]
    found = {command(pid): environment_of(pid) for pid in helpers}

    media = [given for line, given in found.items() if "kiosk.media.plane" in line]
    [delivery] = [given for line, given in found.items() if "delivery_worker" in line]
    others = [given for line, given in found.items() if "delivery_worker" not in line]

    assert media
    assert [name for given in others for name in given if name.startswith("KIOSK_")] == []
    assert server.secret not in "".join(found)
    assert delivery["KIOSK_SECRET_KEY"] == server.secret
    assert "KIOSK_TURN_SECRET" not in delivery


def test_what_is_erased_is_overwritten(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kiosk.sqlite3'}"
    schema.upgrade(url)
    database = Database(url)
    written = "Amina Benali, 06 39 98 00 11"
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE scratch (id INTEGER PRIMARY KEY, words TEXT)"))
        for _ in range(50):
            connection.execute(text("INSERT INTO scratch (words) VALUES (:w)"), {"w": written})
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM scratch"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()

    assert written.encode() not in (tmp_path / "kiosk.sqlite3").read_bytes()
