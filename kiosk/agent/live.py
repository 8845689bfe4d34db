"""The live parts of the agents' pages: fragments made here, and when they differ: decision 0070."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from kiosk.agent import words
from kiosk.agent.board import Group, Person


def fingerprint(*fragments: str) -> int:
    """Return a number that changes when what is shown changes.

    Not the topic's revision: minutes pass and pages fall silent without any row being written.
    """
    # A new CSRF token is written at each drawing; it shows nothing.
    token = generate_csrf()
    return crc32("\n".join(fragments).replace(token, "").encode())


def alarms(people: Sequence[Person]) -> list[dict[str, str]]:
    """Return who should be heard of: a sentence, and a key that is new when they need more."""
    found = [
        {"key": person.alarm, "text": _said(person)}
        for person in people
        if person.group in (Group.STUCK, Group.WAITING) and not person.silent
    ]
    return found + [
        {
            "key": f"{person.visit.id}:message:{person.messages[-1].id}",
            "text": gettext("%(name)s vous écrit.", name=person.name),
        }
        for person in people
        if person.unanswered
    ]


def state(fragment: str, people: Sequence[Person], names: dict[str, str]) -> ResponseReturnValue:
    """Answer a page that asks ``?since=``: the fragment, or 204 when it has it already."""
    number = fingerprint(fragment, *names.values())
    if request.args.get("since", type=int) == number:
        return Response(status=204)
    body = {"revision": number, "html": fragment, "alarms": alarms(people), "names": names}
    return jsonify(body)


def names(people: Sequence[Person]) -> dict[str, str]:
    """Return who is who in a call: the participant's id, and the name to show."""
    return {str(person.visit.participant_id): person.name for person in people}


def people_fragment(people: Sequence[Person], **values: Any) -> str:
    """Draw the people who are on the way."""
    return render_template("agent/parts/people.html", people=people, **values)


def _said(person: Person) -> str:
    if person.group == Group.WAITING:
        return str(gettext("%(name)s attend dans la salle d'attente.", name=person.name))
    why = words.stuck_because(person.visit.stuck_reason, person.visit.step)
    return str(gettext("%(name)s a besoin d'aide. %(why)s", name=person.name, why=why))
