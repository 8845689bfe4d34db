"""A law: the control protocol is the same in Python, in the browser and in docs/signaling.md.

``kiosk/media/messages.py`` is the source. The browser's types are written from it; its scripts must
handle every kind that the plane sends and send every kind that the plane takes; the document must
list the same kinds with the same fields.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from msgspec import Struct, inspect

from kiosk.media import messages, typedefs
from kiosk.media.engine import EventKind, GoneReason, MediaEvent

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "signaling.md").read_text("utf-8")
CALL_SCRIPTS = sorted((ROOT / "static" / "js" / "call").glob("*.js"))

PLANE = get_args(messages.AnyPlaneMessage)
BROWSER = get_args(messages.AnyBrowserMessage)
REQUESTS = get_args(messages.AnyRequest)


def section(title: str) -> str:
    """Return the text of the document below a heading, up to the next heading."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", DOCUMENT, re.M | re.S)
    assert found, f"docs/signaling.md has no section {title}"
    return found[1]


def rows(title: str, tag: str) -> dict[str, str]:
    """Return the JSON written first in each row of a table, by the kind it has."""
    found = re.findall(rf'^\| `(\{{"{tag}": "([a-z_]+)".*?\}})`', section(title), re.M)
    return {kind: shown for shown, kind in found}


def kinds(structs: tuple[type[Struct], ...]) -> dict[str, type[Struct]]:
    return {str(struct.__struct_config__.tag): struct for struct in structs}


def fields(kind: type) -> set[str]:
    """Return the names of a kind's fields, with those of the objects inside it."""
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType | inspect.DataclassType)
    names = {field.encode_name for field in described.fields} - {"id"}
    if isinstance(described, inspect.StructType) and described.tag_field:
        names.add(described.tag_field)
    for field in described.fields:
        part = field.type.item_type if isinstance(field.type, inspect.ListType) else field.type
        if isinstance(part, inspect.StructType | inspect.DataclassType):
            names |= fields(part.cls)
    return names


def keys(shown: str) -> set[str]:
    return set(re.findall(r'"([a-z_]+)":', shown)) | set(
        re.findall(r'[{,] ?"([a-z_]+)"(?=[,}])', shown)
    )


def scripts() -> str:
    return "\n".join(file.read_text("utf-8") for file in CALL_SCRIPTS)


@pytest.mark.parametrize(
    ("title", "tag", "structs"),
    [
        ("Plane to browser", "type", PLANE),
        ("Browser to plane", "type", BROWSER),
        ("Requests", "do", REQUESTS),
    ],
)
def test_the_document_lists_every_kind_with_its_fields(
    title: str, tag: str, structs: tuple[type[Struct], ...]
) -> None:
    written = {kind: keys(shown) for kind, shown in rows(title, tag).items()}

    assert written == {kind: fields(struct) for kind, struct in kinds(structs).items()}


def test_the_document_shows_the_bodies_of_the_media_routes() -> None:
    shown = re.findall(
        r"^\| (offer|answer|leave) \| `(\{.*?\})` \| (.*) \|$", section("The media routes"), re.M
    )
    written = {name: (keys(asked), keys(answered)) for name, asked, answered in shown}

    assert written == {
        "offer": (fields(messages.OfferRequest), fields(messages.OfferAnswer)),
        "answer": (fields(messages.AnswerRequest), set()),
        "leave": (fields(messages.LeaveRequest), set()),
    }


def test_the_document_shows_the_events_and_names_their_kinds_and_reasons() -> None:
    events = section("Events")

    assert keys(re.findall(r"`(\{\"event\".*?\}\})`", events)[0]) == fields(messages.EventLine)
    assert {kind.value for kind in EventKind} <= set(re.findall(r"`(p[a-z_]+\.[a-z]+)`", events))
    assert {reason.value for reason in GoneReason} <= set(re.findall(r"`([a-z_]+)`", events))
    assert fields(messages.EventLine) == {"event"} | fields(MediaEvent)


def test_the_document_explains_the_problems_of_the_channel() -> None:
    listed = re.findall(r"^\| `(media\.[a-z_]+)` \| \(channel\)", section("Errors"), re.M)

    assert set(listed) == {problem.value for problem in messages.ChannelProblem}


def test_the_browsers_types_are_those_of_python() -> None:
    assert typedefs.TARGET.read_text("utf-8") == typedefs.written(), "run make typedefs"


def test_the_scripts_handle_every_kind_that_the_plane_sends() -> None:
    handled = re.findall(r'\bmessage\.type === "([a-z_]+)"', scripts())

    assert set(handled) == kinds(PLANE).keys()


def test_the_scripts_send_every_kind_that_the_plane_takes() -> None:
    sent = re.findall(r'\.say\(\{ type: "([a-z_]+)"', scripts())

    assert set(sent) == kinds(BROWSER).keys()
