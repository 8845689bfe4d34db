"""``python -m bench``: take the measurements, print the table, record it with ``--record``.

Ends with status 1 when a bound of ours is not kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import report
from bench.lab import Lab
from bench.results import Result
from bench.rows import GROUPS, Measure

REPEATS = 5


def main(arguments: list[str] | None = None) -> int:
    """Run the requested rows, or all."""
    options = _parser().parse_args(arguments)
    lab = Lab(repeats=options.repeats, quick=options.quick, urgent=options.urgent)
    results: list[Result] = []
    for name, measure in _chosen(options.groups, options.rows):
        begun = time.monotonic()
        results += measure(lab)
        lab.say(f"{name}: {time.monotonic() - begun:.0f} s")
    print(report.table(results))  # noqa: T201 - the table is what this command is for
    if options.record:
        report.record(results, datetime.now(UTC).date(), urgent=options.urgent)
    return 1 if any(result.verdict == "MISSED" for result in results) else 0


def _parser() -> argparse.ArgumentParser:
    names = "; ".join(f"{group}: {', '.join(rows)}" for group, rows in GROUPS.items())
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, epilog=f"Rows: {names}")
    parser.add_argument("groups", nargs="*", choices=[[], *GROUPS], metavar="group")
    parser.add_argument("--rows", default="", help="only these of them, with commas between")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="readings of each kind")
    parser.add_argument("--quick", action="store_true", help="one short reading: for trying out")
    parser.add_argument("--urgent", action="store_true", help="go before all other programs here")
    parser.add_argument("--record", action="store_true", help="write docs/benchmarks.*")
    return parser


def _chosen(groups: list[str], rows: str) -> Iterator[tuple[str, Measure]]:
    wanted = {row.strip() for row in rows.split(",") if row.strip()}
    offered = {row for group in groups or GROUPS for row in GROUPS[group]}
    if unknown := wanted - offered:
        raise SystemExit(f"no such row: {', '.join(sorted(unknown))}")
    for group in groups or GROUPS:
        for name, measure in GROUPS[group].items():
            if not wanted or name in wanted:
                yield f"{group}: {name}", measure


if __name__ == "__main__":
    sys.exit(main())
