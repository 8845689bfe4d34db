"""The bodies of the visit page's commands, typed and bounded (docs/signaling.md).

A body is JSON from the page's scripts, or the page's own form where a browser has no scripts.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from flask import request
from msgspec import Meta, Struct

from kiosk.assist.helping import LONGEST_MESSAGE
from kiosk.calls.participants import MAX_NAME
from kiosk.errors import KioskError

DEVICE_KINDS = ("computer", "phone", "tablet", "unknown")
LONGEST_DEVICE_NAME = 40

# A page's own fields are shorter; what is typed too long is cut by the idea that keeps it.
Code = Annotated[str, Meta(max_length=60)]
Name = Annotated[str, Meta(max_length=10 * MAX_NAME)]
Text = Annotated[str, Meta(max_length=10 * LONGEST_MESSAGE)]


class Body(Struct, frozen=True):
    """A body: its texts can be stored, which half a surrogate pair cannot."""

    def __post_init__(self) -> None:
        """Raise ValueError for a text that is not Unicode."""
        for value in msgspec.structs.astuple(self):
            if isinstance(value, str):
                value.encode()


class StepReached(Body, frozen=True):
    """The id of the step shown now."""

    step: Code


class DeviceFound(Body, frozen=True):
    """The device, browser and system that the page found; what it does not know is left empty."""

    kind: object = None
    browser: object = None
    system: object = None

    def as_kept(self) -> dict[str, str]:
        """Return what the visit keeps: a known kind and two short printable names."""
        kind = self.kind if isinstance(self.kind, str) and self.kind in DEVICE_KINDS else "unknown"
        return {"kind": kind, "browser": _short(self.browser), "system": _short(self.system)}


class CheckMeasured(Body, frozen=True):
    """What a check measured, or why it could not; :mod:`kiosk.readiness` judges both."""

    check: Code
    figures: object = None
    error: object = None


class HelpAsked(Body, frozen=True):
    """Why somebody is stuck: ``step.<id>`` or a verdict's code; anything else means the step."""

    reason: Text = ""


class Line(Body, frozen=True):
    """A line written to the agent."""

    text: Text = ""


class NameGiven(Body, frozen=True):
    """The name somebody wants to be called by; empty keeps the name we know."""

    name: Name = ""


Kind = TypeVar("Kind", bound=Body)


def read(kind: type[Kind]) -> Kind:
    """Return the request's body; raise KioskError ``path.bad_request`` unless it is one."""
    try:
        return msgspec.convert(_sent(), kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise KioskError("path.bad_request") from error


def _sent() -> object:
    if not request.is_json:
        return request.form.to_dict()
    # Not msgspec's own decoder: it takes a figure that is NaN for unreadable JSON, while the page
    # should read that the figure is bad.
    return request.get_json(silent=True)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_DEVICE_NAME]
