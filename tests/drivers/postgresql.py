"""A throw-away PostgreSQL cluster on a Unix socket, owned by an unprivileged user.

PostgreSQL refuses to run as root; under root the cluster belongs to ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTED_WITHIN_S = 60


@contextmanager
def running_cluster() -> Iterator[str]:
    """Yield the SQLAlchemy URL of an empty database; the cluster is gone afterwards."""
    # A short path: a Unix socket's may not exceed 107 bytes, and pytest's folders are long.
    root = Path(tempfile.mkdtemp(prefix="pg-"))
    as_owner = _owner_of(root)
    data = root / "data"
    programs = _programs()
    settings = f"-k {root} -c listen_addresses= -c fsync=off -c full_page_writes=off"
    try:
        _run(
            [programs / "initdb", "-D", data, "-U", "kiosk", "-A", "trust", "-E", "UTF8", "-N"],
            as_owner,
        )
        start = [programs / "pg_ctl", "-D", data, "-l", root / "log", "-w"]
        _run([*start, "-t", str(STARTED_WITHIN_S), "-o", settings, "start"], as_owner)
        try:
            yield f"postgresql+psycopg://kiosk@/postgres?host={root}"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], as_owner)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run make setup-test")
    return found[-1].parent


def _owner_of(root: Path) -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(command: list[object], as_owner: dict[str, object]) -> None:
    # Not through pipes: the server keeps its parent's open, and the wait would never end.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(part) for part in command],
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            check=False,
            **as_owner,  # type: ignore[call-overload]
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")
