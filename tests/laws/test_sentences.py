"""A law: every refusal has a sentence, and every sentence belongs to a refusal."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from kiosk.web import error_pages
from kiosk.web.sentences import SENTENCES
from kiosk.web.setup_sentences import SETUP

KIOSK = Path(__file__).resolve().parents[2] / "kiosk"

WORDS = {"sentences.py", "setup_sentences.py"}

EVENTS = {"reach.found", "reach.failed"}
"""Names of lines in the log, for the people who run the server."""

FINDING = re.compile(
    r"reach\.[a-z0-9_]+|(proxy|settings|setup)\.[a-z_]{4,}|delivery\.no_[a-z]+_gateway"
    r"|(backup|restore|upkeep|database|upgrade|doctor)\.[a-z_]{4,}|helper\.[a-z]+"
)
"""How the codes of findings are written."""

BY_HAND = {"error.unknown", "server.fault", "server.down"}
"""Said when no idea raised anything: the last resorts of ``error_pages``."""


BY_STATUS = {"NotFound", "NotAllowed"}
"""Where a code has no words of its own, its status says enough: no such page, no access."""


def test_every_code_that_is_raised_has_its_sentence() -> None:
    assert raised_codes() - SENTENCES.keys() == set()


def test_no_sentence_is_kept_for_a_code_that_nobody_raises() -> None:
    written = {constant for tree in trees() for constant in strings_in(tree)}

    assert SENTENCES.keys() - written - BY_HAND == set()


def test_what_a_status_falls_back_on_exists() -> None:
    assert set(error_pages._BY_STATUS.values()) <= SENTENCES.keys()


def trees() -> list[ast.Module]:
    files = [file for file in KIOSK.rglob("*.py") if file.name not in WORDS]
    return [ast.parse(file.read_text("utf-8")) for file in files]


def raised_codes() -> set[str]:
    """Codes given to an error class, by name or by being its class's own."""
    names = error_classes()
    codes = set(names.values()) - {""}
    for tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and called(node) in names.keys() - BY_STATUS
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    codes.add(first.value)
    return codes


def error_classes() -> dict[str, str]:
    """Every KioskError subclass by name, with the code its class gives (or nothing)."""
    found = {"KioskError": "error.unknown"}
    classes = [
        node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    ]
    for _ in classes:
        before = len(found)
        for node in classes:
            if any(isinstance(base, ast.Name) and base.id in found for base in node.bases):
                found.setdefault(node.name, own_code(node))
        if len(found) == before:
            break
    return found


def own_code(node: ast.ClassDef) -> str:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
            target = line.targets[0]
            if isinstance(target, ast.Name) and target.id == "code":
                return str(line.value.value)
    return ""


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def strings_in(tree: ast.Module) -> list[str]:
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_every_finding_about_the_set_up_has_its_sentence_and_the_reverse() -> None:
    written = {
        constant for tree in trees() for constant in strings_in(tree) if FINDING.fullmatch(constant)
    }

    assert written - EVENTS == SETUP.keys()
