"""The settings of the installation in this folder: the environment, then its own ``kiosk.env``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dotenv import dotenv_values

from kiosk.run.set_up import UnusableSettings, cannot_write, read_settings
from kiosk.run.upkeep import switch
from kiosk.run.upkeep.refusal import Refused
from kiosk.settings import ROOT, Settings


def folder() -> Path:
    """Return where the installation keeps what changes; it may not exist yet."""
    return Path(os.environ.get("KIOSK_INSTANCE_DIR", ROOT / "instance")).resolve()


def load_settings(*, make: bool = True) -> Settings:
    """Return the settings; complete an interrupted restoration before anything is opened.

    With ``make``, folder and ``kiosk.env`` are made where they are missing, with a fresh secret.
    Raises UnusableSettings or Refused.
    """
    here = folder()
    file = here / "kiosk.env"
    switch.finish(here)
    try:
        if make:
            here.mkdir(mode=0o700, parents=True, exist_ok=True)
        if make and not file.exists() and "KIOSK_SECRET_KEY" not in os.environ:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as target:
                target.write(f"KIOSK_SECRET_KEY={secrets.token_urlsafe(48)}\n")
    except OSError as error:
        raise UnusableSettings(cannot_write(here)) from error
    for name, value in dotenv_values(file).items():
        if value is not None:
            os.environ.setdefault(name, value)
    return read_settings(instance_dir=here)


def load_or_exit() -> Settings:
    """Return the settings, or end the process with the sentences that say what is wrong."""
    try:
        return load_settings(make=False)
    except (UnusableSettings, Refused) as error:
        raise SystemExit(str(error)) from error
