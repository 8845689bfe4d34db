"""Read the settings, and say in one sentence each which of them cannot be used.

The sentences name the variable and give an example; nothing secret is repeated.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from kiosk.language.languages import SOURCE
from kiosk.settings import Settings
from kiosk.web.setup_sentences import said

_HOLD_PASSWORDS = ("database_url", "smtp_url", "sms_gateway_url")


class UnusableSettings(Exception):
    """The settings cannot be used; the message has one sentence a line for the installer."""


def read_settings(**given: Any) -> Settings:
    """Return the settings of the environment, ``given`` before it; raise UnusableSettings."""
    try:
        return Settings(**given)
    except SettingsError as error:
        raise UnusableSettings(str(error)) from error
    except ValidationError as error:
        raise UnusableSettings("\n".join(_sentences(error))) from error


def settings_or_exit() -> Settings:
    """Return the settings, or end the process with the sentences that say what is wrong."""
    try:
        return read_settings()
    except UnusableSettings as error:
        raise SystemExit(str(error)) from error


def cannot_write(folder: Path) -> str:
    """Return the sentence for an instance folder in which nothing can be written."""
    return _sentence("settings.read_only", folder=folder)


def _sentences(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_input=True):
        if not fault["loc"]:
            yield str(fault["msg"]).removeprefix("Value error, ")
            continue
        name = str(fault["loc"][0])
        variable = f"KIOSK_{name.upper()}"
        example = (Settings.model_fields[name].examples or [""])[0]
        if fault["type"] == "missing":
            yield _sentence("settings.missing", name=variable, example=example)
        else:
            value = _shown(name, fault["input"])
            yield _sentence("settings.bad_value", name=variable, value=value, example=example)


def _shown(name: str, value: object) -> str:
    secret = "secret" in name or "token" in name or name in _HOLD_PASSWORDS
    return "…" if secret else str(value)


def _sentence(code: str, **values: object) -> str:
    language = os.environ.get("KIOSK_DEFAULT_LANGUAGE", SOURCE)
    title, advice = said(code, values, language)
    return f"{title}. {advice} ({code})"
