"""The settings of the installation in this folder: the environment, then its own ``kiosk.env``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dotenv import dotenv_values
from sqlalchemy.exc import SQLAlchemyError

from kiosk.run.set_up import UnusableSettings, cannot_write, read_settings
from kiosk.run.upkeep import switch
from kiosk.run.upkeep.refusal import Refused
from kiosk.settings import ROOT, Settings
from kiosk.storage import copies

SECRET = "KIOSK_SECRET_KEY"


def folder() -> Path:
    """Return where the installation keeps what changes; it may not exist yet."""
    return Path(os.environ.get("KIOSK_INSTANCE_DIR", ROOT / "instance")).resolve()


def load_settings(*, make: bool = True) -> Settings:
    """Return the settings; complete an interrupted restoration before anything is opened.

    With ``make``, the folder and a secret key are made where they are missing and nobody can have
    a link yet. Raises UnusableSettings or Refused.
    """
    here = folder()
    file = here / switch.SETTINGS
    switch.finish(here)
    try:
        if make:
            here.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _has_no_secret(here):
                _add_secret(file)
    except OSError as error:
        raise UnusableSettings(cannot_write(here)) from error
    for name, value in dotenv_values(file).items():
        if value is not None:
            os.environ.setdefault(name, value)
    return read_settings(instance_dir=here)


def _has_no_secret(here: Path) -> bool:
    """Whether no key is given, and none can have been lost: there is no house and no account."""
    file = here / switch.SETTINGS
    if SECRET in os.environ or dotenv_values(file).get(SECRET):
        return False
    given = switch.settings_by(here, file, secret_key="-" * 32)
    try:
        return copies.is_empty(given.sqlalchemy_url)
    except SQLAlchemyError:
        return False


def _add_secret(file: Path) -> None:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a+") as target:
        target.seek(0)
        text = target.read()
        line_break = "" if not text or text.endswith("\n") else "\n"
        target.write(f"{line_break}{SECRET}={secrets.token_urlsafe(48)}\n")


def load_or_exit() -> Settings:
    """Return the settings, or end the process with the sentences that say what is wrong."""
    try:
        return load_settings(make=False)
    except (UnusableSettings, Refused) as error:
        raise SystemExit(str(error)) from error
