"""Commands for people who install and develop the server: ``python -m kiosk --help``.

``make run`` is ``run``: it prepares ``instance/`` and becomes the server.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk import clock, create_app
from kiosk.media.addresses import ANY, announced
from kiosk.run import greeting, people_commands
from kiosk.run.instance import load_settings
from kiosk.run.network_checks import ReachWatch
from kiosk.run.reset import reset as erase
from kiosk.run.set_up import UnusableSettings, cannot_write, read_settings
from kiosk.run.upkeep import commands as upkeep
from kiosk.run.upkeep.refusal import Refused
from kiosk.run.upkeep.upgrade import upgrade
from kiosk.settings import ROOT, Settings
from kiosk.storage import schema
from kiosk.system import certificates, lock, ports
from kiosk.web import assets


def main(arguments: Sequence[str] | None = None) -> int | str:
    """Run one command; return an exit status or the sentence to end with."""
    # Ctrl-C ends a command; nobody who presses it asks where the code was.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    chosen = _parser().parse_args(arguments)
    try:
        return _run(chosen)
    except (UnusableSettings, Refused) as error:
        return str(error)


def _run(chosen: argparse.Namespace) -> int | str:
    command: str = chosen.command
    if "act" in chosen:
        ended: int | str = chosen.act(chosen)
        return ended
    if command == "run":
        return run(port=chosen.port, reset=chosen.reset, force=chosen.force, lan=chosen.lan)
    return write_migration(chosen.message)


def run(*, port: int | None, reset: bool, force: bool, lan: bool) -> str:
    """Prepare everything ``python app.py`` needs, say where to go, and become the server.

    ``lan`` serves https on this machine's own address, for telephones on the same network.
    Returns only when it cannot: with the sentence that says why.
    """
    if port is not None:
        os.environ["KIOSK_PORT"] = str(port)
    settings = load_settings()
    if lan:
        try:
            settings = serve_lan(settings)
        except NoNetworkError as error:
            return str(error)
    try:
        held = lock.take(settings.instance_dir)
        ports.listen(settings.host, settings.port).close()
    except (lock.InstanceLockedError, ports.PortTakenError) as error:
        return str(error)
    except OSError:
        return cannot_write(settings.instance_dir)
    if cannot_start := ReachWatch(settings).look():
        return cannot_start
    if reset and (not_erased := erase(settings, force=force, ask=input)):
        return not_erased
    upgrade(settings, now=clock.now())
    app = create_app(settings)
    built: assets.Assets = app.extensions["assets"]
    built.build()
    greeting.show(settings, lan=lan)
    # The server takes this process' place, so that signals reach it with nothing in between.
    os.chdir(ROOT)
    sys.stdout.flush()
    held.close()
    return os.execve(sys.executable, [sys.executable, str(ROOT / "app.py")], _environment(settings))


class NoNetworkError(Exception):
    """This machine has no address that a telephone could reach; the message says so."""


def serve_lan(settings: Settings) -> Settings:
    """Return these settings changed to serve https on this machine's own IPv4 address.

    Makes the certificate when there is none for that address. Raises NoNetworkError.
    """
    own = next(one.public for one in announced(()) if one.version == 4)
    if own.startswith("127."):
        raise NoNetworkError("LAN=1 : cette machine n'a pas d'adresse sur un réseau local.")
    certificate, key = certificates.for_address(settings.instance_dir, own, now=clock.now())
    changed = {
        "KIOSK_HOST": ANY[4],
        "KIOSK_BASE_URL": f"https://{own}:{settings.port}",
        "KIOSK_TLS_CERTIFICATE": str(certificate),
        "KIOSK_TLS_KEY": str(key),
    }
    os.environ.update(changed)
    return read_settings(instance_dir=settings.instance_dir)


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
    running.add_argument("--force", action="store_true", help="with --reset: ask nothing")
    running.add_argument("--lan", action="store_true", help="https for telephones in this network")
    people_commands.add_to(commands)
    migration = commands.add_parser("migration", help="write the schema's next step")
    migration.add_argument("message")
    upkeep.add(commands)
    return parser
