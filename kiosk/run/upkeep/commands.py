"""Commands of ``python -m kiosk`` for those who keep an installation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.run import instance
from kiosk.run.upkeep import doctor, switch, trial_messages
from kiosk.run.upkeep import upgrade as upgrading
from kiosk.run.upkeep.archive import Manifest
from kiosk.run.upkeep.backup import backup
from kiosk.run.upkeep.refusal import Refused
from kiosk.run.upkeep.restore import restore
from kiosk.settings import ROOT, Settings
from kiosk.web import assets
from kiosk.web.setup_sentences import said


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
    examining = commands.add_parser("doctor", help="say what is misconfigured; status 1 if so")
    examining.add_argument("--mail", metavar="ADDRESS", help="send a test mail")
    examining.add_argument("--sms", metavar="NUMBER", help="send a test SMS")
    examining.set_defaults(act=_doctor)
    raising = commands.add_parser("upgrade", help="back up, then bring the database up to date")
    raising.add_argument("--check", action="store_true", help="only say what would be done")
    raising.set_defaults(act=_upgrade)
    building = commands.add_parser("build", help="make the pages' compressed files (make setup)")
    building.set_defaults(act=_build)


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


def _upgrade(chosen: argparse.Namespace) -> int:
    settings = instance.load_settings()
    step = upgrading.look(settings)
    if chosen.check or not step.is_needed:
        if step.is_needed:
            print(f"À faire, serveur arrêté : schéma {step.before or 'vide'} → {step.after}.")
        return 0
    with switch.locked(settings.instance_dir):
        step = upgrading.upgrade(settings, now=clock.now())
    if step.saved:
        print(f"Sauvegarde d'avant : {step.saved}, gardée sept jours.")
    print(f"Base de données : schéma {step.before or 'vide'} → {step.after}.")
    return 0


def _build(_chosen: argparse.Namespace) -> int:
    assets.Assets(ROOT / "static", ROOT / "build" / "assets").build()
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    settings = instance.load_settings(make=False)
    wrong = 0
    for finding in doctor.examine(settings):
        title, advice = said(finding.code, finding.values, settings.default_language)
        is_advice = finding.code in doctor.ADVICE
        wrong += not is_advice
        print(f"{'·' if is_advice else '!'} {title}. {advice} ({finding.code})", flush=True)
    if not wrong:
        print("Rien à corriger.")
    if chosen.mail:
        wrong += _tried(trial_messages.send_mail, settings, chosen.mail)
    if chosen.sms:
        wrong += _tried(trial_messages.send_sms, settings, chosen.sms)
    return 1 if wrong else 0


def _tried(send: Callable[[Settings, str], str], settings: Settings, contact: str) -> bool:
    """Send a message; return whether it was refused."""
    try:
        name = send(settings, contact)
    except Refused as refused:
        print(f"! {refused}")
        return True
    print(f"Message d'essai parti vers {contact}{f' ({name})' if name else ''} : regardez.")
    return False


def _described(made: Manifest) -> str:
    size = sum(one.bytes for one in made.files.values())
    return f"faite le {made.made_at}, schéma {made.schema}, {size / 1e6:.1f} Mo de données"
