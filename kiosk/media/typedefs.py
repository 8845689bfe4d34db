"""Write the browser's types of the control protocol from ``messages.py``: ``make typedefs``.

Developers' tool. With ``--check`` it only says whether static/js/call/messages.d.ts is up to date.
The file holds types only, so no page loads it; scripts name them in JSDoc (decision 0211).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from msgspec import inspect

from kiosk.media import messages

TARGET = Path(__file__).resolve().parents[2] / "static" / "js" / "call" / "messages.d.ts"

HEAD = """\
// Written from kiosk/media/messages.py by `make typedefs`; do not edit.
// docs/signaling.md says who sends what, when.
"""
BODIES = (
    messages.OfferRequest,
    messages.OfferAnswer,
    messages.AnswerRequest,
    messages.LeaveRequest,
)
SENT_BY_BROWSER = {
    *get_args(messages.AnyBrowserMessage),
    messages.OfferRequest,
    messages.AnswerRequest,
    messages.LeaveRequest,
}
"""A field with a default may be left out there; what Python writes is complete, except where a kind
says ``omit_defaults``."""


def written() -> str:
    """Return the text of the file."""
    plane, browser = get_args(messages.AnyPlaneMessage), get_args(messages.AnyBrowserMessage)
    blocks = [_interface(kind) for kind in _with_parts((*plane, *browser, *BODIES))]
    unions = [_union("PlaneMessage", plane), _union("BrowserMessage", browser)]
    return "\n".join([HEAD, *blocks, *unions])


def _with_parts(kinds: tuple[type, ...]) -> Iterator[type]:
    """Yield the kinds, and before them what their fields are made of."""
    found: dict[type, None] = {}
    for kind in kinds:
        for field in _described(kind).fields:
            part = field.type
            while isinstance(part, inspect.ListType):
                part = part.item_type
            if isinstance(part, inspect.StructType | inspect.DataclassType):
                found[part.cls] = None
        found[kind] = None
    yield from found


def _described(kind: type) -> inspect.StructType | inspect.DataclassType:
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType | inspect.DataclassType)
    return described


def _interface(kind: type) -> str:
    described = _described(kind)
    lines = [f"/** {_first_line(kind)} */", f"export interface {kind.__name__} {{"]
    if isinstance(described, inspect.StructType) and described.tag_field is not None:
        lines.append(f'  {described.tag_field}: "{described.tag}";')
    for field in described.fields:
        mark = "?" if not field.required and _may_be_left_out(kind) else ""
        lines.append(f"  {field.encode_name}{mark}: {_type(field.type)};")
    return "\n".join([*lines, "}", ""])


def _may_be_left_out(kind: type) -> bool:
    config = getattr(kind, "__struct_config__", None)
    return kind in SENT_BY_BROWSER or (config is not None and config.omit_defaults)


def _first_line(kind: type) -> str:
    # A reference of Sphinx is a name here.
    return (kind.__doc__ or "").splitlines()[0].replace(":class:", "")


def _type(field: inspect.Type) -> str:
    match field:
        case inspect.BoolType():
            return "boolean"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.StrType():
            return "string"
        case inspect.NoneType():
            return "null"
        case inspect.EnumType(cls=cls):
            return " | ".join(f'"{member.value}"' for member in cls)
        case inspect.ListType(item_type=item):
            inner = _type(item)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case inspect.UnionType(types=types):
            return " | ".join(_type(one) for one in types)
        case inspect.StructType(cls=cls) | inspect.DataclassType(cls=cls):
            return cls.__name__
    raise TypeError(f"no browser type is known for {field}")


def _union(name: str, kinds: tuple[type, ...]) -> str:
    members = "\n".join(f"  | {kind.__name__}" for kind in kinds)
    return f"export type {name} =\n{members};\n"


def main(arguments: list[str]) -> int:
    """Write the file, or check it; return the exit status."""
    text = written()
    if "--check" not in arguments:
        TARGET.write_text(text, "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != text:
        sys.stderr.write(f"{TARGET.name} is older than kiosk/media/messages.py: make typedefs\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
