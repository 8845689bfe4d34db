"""A law: only the state machine writes where a participant stands."""

from __future__ import annotations

import ast
from pathlib import Path

KIOSK = Path(__file__).resolve().parents[2] / "kiosk"
MACHINE = KIOSK / "calls" / "presence.py"
WRITTEN = {"presence", "presence_since"}
MAKERS = {"Participant", "values", "update"}


def writers(source: str) -> list[int]:
    """Return the lines that set a participant's presence: by attribute, by keyword, by name."""
    return [node.lineno for node in ast.walk(ast.parse(source)) if _writes(node)]


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in WRITTEN and isinstance(node.ctx, ast.Store)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name == "setattr":
        return any(isinstance(one, ast.Constant) and one.value in WRITTEN for one in node.args)
    return name in MAKERS and any(keyword.arg in WRITTEN for keyword in node.keywords)


def test_no_other_module_writes_the_presence_of_a_participant() -> None:
    found = {
        f"{file.relative_to(KIOSK)}:{line}"
        for file in KIOSK.rglob("*.py")
        if file != MACHINE and "migrations" not in file.parts
        for line in writers(file.read_text("utf-8"))
    }

    assert found == set()


def test_the_law_sees_every_way_of_writing_it() -> None:
    assert writers("someone.presence = Presence.LEFT") == [1]
    assert writers("someone.presence, x = 1, 2") == [1]
    assert writers("Participant(room=room, presence=ADMITTED)") == [1]
    assert writers("session.execute(update(Participant).values(presence='left'))") == [1]
    assert writers("setattr(someone, 'presence', 'left')") == [1]
    assert writers(MACHINE.read_text("utf-8")) != []
    assert writers("jsonify(presence=someone.presence)") == []
