"""The addresses of the routes that the visit's page asks: written into it, in no script."""

from __future__ import annotations

from typing import Any

from flask import url_for

ASKED = {
    "state": "citizen.read_state",
    "steps": "citizen.rest",
    "step": "citizen.note_step",
    "device": "citizen.describe_device",
    "check": "citizen.judge_check",
    "help": "citizen.ask_for_help",
    "help_over": "citizen.no_longer_stuck",
    "message": "citizen.write",
    "name": "citizen.introduce",
    "knock": "citizen.knock",
    "presence": "citizen.beat",
}
"""Endpoints by the name that scripts know (``static/js/visit/live.js``, ``Addresses``)."""


def for_page() -> dict[str, object]:
    """Return the addresses; ``echo`` are the media routes of the connection to oneself."""
    return {
        **{name: url_for(endpoint) for name, endpoint in ASKED.items()},
        "media": _media(),
        "echo": _media(echo="1"),
    }


def _media(**query: Any) -> dict[str, str]:
    return {
        "offerUrl": url_for("citizen.media.offer", **query),
        "answerUrl": url_for("citizen.media.answer"),
        "leaveUrl": url_for("citizen.media.leave", **query),
    }
