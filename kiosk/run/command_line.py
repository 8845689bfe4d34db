"""Commands for people who install and develop the server: ``python -m kiosk --help``.

``make run`` is ``run``: it prepares ``instance/`` and becomes the server.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from dotenv import dotenv_values

from kiosk import clock, create_app
from kiosk.developers import demonstration
from kiosk.printing.qr import qr_text
from kiosk.run.network_checks import ReachWatch
from kiosk.settings import ROOT, Settings
from kiosk.storage import schema
from kiosk.storage.database import Database
from kiosk.system import lock, ports
from kiosk.web import assets

DATABASE_FILES = ("kiosk.sqlite3", "kiosk.sqlite3-wal", "kiosk.sqlite3-shm")


def main(arguments: Sequence[str] | None = None) -> int | str:
    """Run one command; return an exit status or the sentence to end with."""
    # Ctrl-C ends a command; nobody who presses it asks where the code was.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    chosen = _parser().parse_args(arguments)
    command: str = chosen.command
    if command == "run":
        return run(port=chosen.port, reset=chosen.reset)
    if command == "upgrade":
        schema.upgrade(load_settings().sqlalchemy_url)
    elif command == "migration":
        return write_migration(chosen.message)
    return 0


def run(*, port: int | None, reset: bool) -> str:
    """Prepare everything ``python app.py`` needs, say where to go, and become the server.

    Returns only when it cannot: with the sentence that says why.
    """
    if port is not None:
        os.environ["KIOSK_PORT"] = str(port)
    settings = load_settings()
    try:
        held = lock.take(settings.instance_dir)
        ports.listen(settings.host, settings.port).close()
    except (lock.InstanceLockedError, ports.PortTakenError) as error:
        return str(error)
    if cannot_start := ReachWatch(settings).look():
        return cannot_start
    if reset:
        forget(settings)
    schema.upgrade(settings.sqlalchemy_url)
    app = create_app(settings)
    built: assets.Assets = app.extensions["assets"]
    built.build()
    announce(settings)
    # The server takes this process' place, so that signals reach it with nothing in between.
    os.chdir(ROOT)
    sys.stdout.flush()
    held.close()
    return os.execve(sys.executable, [sys.executable, str(ROOT / "app.py")], _environment(settings))


def load_settings() -> Settings:
    """Read the environment, then ``instance/kiosk.env``, made with a fresh secret when missing."""
    folder = Path(os.environ.get("KIOSK_INSTANCE_DIR", ROOT / "instance"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "kiosk.env"
    if not file.exists() and "KIOSK_SECRET_KEY" not in os.environ:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(f"KIOSK_SECRET_KEY={secrets.token_urlsafe(48)}\n")
    for name, value in dotenv_values(file).items():
        if value is not None:
            os.environ.setdefault(name, value)
    return Settings(instance_dir=folder.resolve())


def forget(settings: Settings) -> None:
    """Start afresh: no database, no messages; the settings and the secret stay."""
    if settings.database_url:
        sys.exit(
            "RESET=1 empties the installation's own SQLite file; empty other databases yourself."
        )
    for name in DATABASE_FILES:
        (settings.instance_dir / name).unlink(missing_ok=True)
    shutil.rmtree(settings.instance_dir / "outbox", ignore_errors=True)
    (settings.instance_dir / "demo.json").unlink(missing_ok=True)


def announce(settings: Settings) -> None:
    """Make the demonstration where there is no real house; say where everybody enters."""
    database = Database(settings.sqlalchemy_url)
    with database.session() as session:
        made = demonstration.prepare(session, settings, now=clock.now())
    database.close()
    if made is None:
        print(f"\n  {settings.public_url}\n")
        return
    made.write(settings.instance_dir / "demo.json")
    print(qr_text(made.join_url))
    print(
        f"  Usager        {made.base_url}/   code {made.room_code}   mot de passe "
        f"{made.room_password}\n"
        f"                {made.join_url}\n"
        f"  Agent         {made.base_url}/agent/   {made.agent_login} / {made.agent_password}\n"
        f"  Responsable   {made.base_url}/agent/   {made.manager_login} / "
        f"{made.manager_password}\n"
        f"  Carte (PDF)   {made.card_url}\n"
        f"  Guides        {made.base_url}/guides\n"
    )


def write_migration(message: str) -> int | str:
    """Write the next step of the schema from what differs between the models and the steps."""
    settings = load_settings()
    create_app(settings)
    file = settings.instance_dir / "migration.sqlite3"
    url = f"sqlite:///{file}"
    try:
        schema.upgrade(url)
        schema.revise(url, message)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
    return 0


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "KIOSK_INSTANCE_DIR": str(settings.instance_dir)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kiosk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="prepare and serve (make run)")
    running.add_argument("--port", type=int)
    running.add_argument("--reset", action="store_true", help="start afresh")
    commands.add_parser("upgrade", help="bring the database to the newest schema")
    migration = commands.add_parser("migration", help="write the schema's next step")
    migration.add_argument("message")
    return parser
