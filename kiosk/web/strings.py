"""Collect the sentences shown to people into the catalogs, and refuse catalogs that lag behind.

Developers' tool, called by ``make strings`` and, with ``--check``, by ``make check``. Catalogs have
no location comments and are sorted, so that two branches rarely touch the same line.
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from kiosk.settings import ROOT
from kiosk.web.languages import FOLDER, SOURCE, read_languages

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
"""Function names whose arguments are sentences."""


def collect(*, write: bool) -> list[str]:
    """Bring every catalog in line with the code; return what is wrong, one line each.

    With ``write`` the catalogs are updated first, so only missing translations are left to say;
    without, a catalog that would change is itself something wrong.
    """
    template = extract()
    return [
        problem
        for language in read_languages()
        if language.code != SOURCE and (language.active or _path(language.code).exists())
        for problem in _bring_in_line(language.code, template, write=write)
    ]


def extract() -> Catalog:
    """Read every sentence of the code and the templates."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    template = Catalog(project="guichet-visio", charset="utf-8")
    found = extract_from_dir(
        str(ROOT),
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=("NOTE:",),
        strip_comment_tags=True,
        directory_filter=_is_ours,
    )
    for _file, _line, message, comments, context in found:
        template.add(message, auto_comments=comments, context=context)
    return template


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in {"build", "node_modules", "instance", "tests"}


def _bring_in_line(code: str, template: Catalog, *, write: bool) -> list[str]:
    path = _path(code)
    before = path.read_bytes() if path.exists() else b""
    catalog = read_po(BytesIO(before), locale=code)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    after = _written(catalog)
    if write and after != before:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(after)
    stale = [f"{code}: the catalog is stale, run `make strings`"] if after != before else []
    return ([] if write else stale) + [
        f"{code}: {_why(message)}: {message.id!r}" for message in catalog if _why(message)
    ]


def _written(catalog: Catalog) -> bytes:
    # Headers with dates and tool versions would make every branch conflict with every other.
    plural = catalog.plural_forms
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Project-Id-Version: guichet-visio\\n"\n'
        f'"Language: {catalog.locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    body = BytesIO()
    write_po(body, catalog, no_location=True, omit_header=True, sort_output=True, width=100)
    return header.encode() + body.getvalue().strip() + b"\n"


def _why(message: Message) -> str:
    if not message.id:
        return ""
    if message.fuzzy:
        return "to be re-read"
    words = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if not all(words):
        return "not translated"
    return "" if _placeholders(message.id) == _placeholders(message.string) else "placeholders"


def _placeholders(sentence: object) -> set[str]:
    parts = sentence if isinstance(sentence, tuple | list) else (sentence,)
    return {name for part in parts for name in re.findall(r"%\((\w+)\)|\{(\w+)\}", str(part))}


def _path(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / "messages.po"


def main(arguments: list[str]) -> int | str:
    """Run from the command line; return what to say on the way out, 0 when all is well."""
    return "\n".join(collect(write="--check" not in arguments)) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
