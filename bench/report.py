"""Writes results as a table, and records them in ``docs/``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench.results import Result

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "docs" / "benchmarks.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"

HEADINGS = ("work", "ours", "peer", "figure", "must", "aim", "reached")


def table(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table, aligned for terminals, too."""
    rows = [HEADINGS, *(_cells(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    remarks = [f"* {result.work}: {result.remark}" for result in results if result.remark]
    return "\n".join(lines + ([""] + remarks if remarks else []))


def record(results: Sequence[Result], day: date, *, urgent: bool) -> None:
    """Record results in place of older ones of the same work, and write the document.

    ``urgent``: they were taken on a machine that others used, before all of whom the bench went.
    """
    kept = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    taken = {"taken": day.isoformat(), "urgent": urgent}
    kept |= {result.work: taken | asdict(result) for result in results}
    RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    written = f"{_circumstances(kept)}\n\n{table([_restored(one) for one in kept.values()])}"
    DOCUMENT.write_text(f"{before}{BEGIN}\n{written}\n{END}{after}")


def _circumstances(kept: dict[str, dict[str, Any]]) -> str:
    days = sorted({one["taken"] for one in kept.values()})
    text = f"Taken {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "") + "."
    hurried = [work for work, one in kept.items() if one["urgent"]]
    if hurried:
        text += f" On a machine that others used, with `--urgent`: {'; '.join(hurried)}."
    return text


def _restored(kept: dict[str, Any]) -> Result:
    fields: dict[str, Any] = {name: kept[name] for name in Result.__dataclass_fields__}
    return Result(**fields)


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.work,
        _reading(result.ours, result.reading_unit),
        _reading(result.theirs, result.reading_unit),
        f"{_short(result.figure)} {result.unit}",
        _bound(result, result.must),
        _bound(result, result.aim),
        result.verdict,
    )


def _reading(values: Sequence[float], unit: str) -> str:
    if not values:
        return ""
    middle = _short(median(values))
    if len(values) == 1:
        return f"{middle} {unit}"
    return f"{middle} {unit} ({_short(min(values))} to {_short(max(values))})"


def _bound(result: Result, bound: float | None) -> str:
    if bound is None:
        return ""
    return f"{'≥' if result.more_is_better else '≤'} {_short(bound)}"


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
