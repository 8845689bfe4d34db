"""The commands ``backup`` and ``restore`` of ``python -m kiosk``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.run import instance
from kiosk.run.upkeep.archive import Manifest
from kiosk.run.upkeep.backup import backup
from kiosk.run.upkeep.restore import restore


def add(commands: Any) -> None:
    """Add the commands to the parser of the command line; each names its function in ``act``."""
    saving = commands.add_parser("backup", help="write the installation to one file, while serving")
    saving.add_argument("file", type=Path)
    saving.set_defaults(act=_backup)
    restoring = commands.add_parser("restore", help="put a backup in place of a stopped server")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("--replace", action="store_true", help="put what is there aside")
    restoring.add_argument("--erasures", type=Path, metavar="LOG", help="erasures.jsonl of before")
    restoring.set_defaults(act=_restore)


def _backup(chosen: argparse.Namespace) -> int:
    made = backup(instance.load_settings(make=False), chosen.file, now=clock.now())
    print(f"Sauvegarde écrite : {chosen.file} ({_described(made)}).")
    print("Elle contient le secret et les données des personnes : gardez-la en lieu sûr.")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    folder = instance.folder()
    made = restore(
        folder, chosen.file, replace=chosen.replace, log=chosen.erasures, now=clock.now()
    )
    print(f"Restauré dans {folder} ({_described(made)}).")
    print("Ce qui a changé depuis est à refaire : comptes fermés, cartes renouvelées, rendez-vous.")
    return 0


def _described(made: Manifest) -> str:
    size = sum(one.bytes for one in made.files.values())
    return f"faite le {made.made_at}, schéma {made.schema}, {size / 1e6:.1f} Mo de données"
