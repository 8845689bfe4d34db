"""``python -m bench.arrivals``: print what a hundred people met; status 1 when anything failed."""

from __future__ import annotations

import argparse
import sys

from bench.arrivals import __doc__ as about
from bench.arrivals.run import CITIZENS, DATABASES, WITHIN_S, measure
from tests.edge.attackers import allow_many_sockets


def main(arguments: list[str] | None = None) -> int:
    """Measure on the databases asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="bench.arrivals", description=about)
    parser.add_argument("databases", nargs="*", default=[], metavar="database")
    parser.add_argument("--citizens", type=int, default=CITIZENS)
    parser.add_argument("--seconds", type=float, default=WITHIN_S, help="within which they arrive")
    options = parser.parse_args(arguments)
    allow_many_sockets()
    wrong = []
    for database in options.databases or DATABASES:
        verdict = measure(database, citizens=options.citizens, within_s=options.seconds)
        print(verdict, flush=True)  # noqa: T201 - what this command is for
        wrong += verdict.wrong
    for sentence in wrong or ["everybody arrived, without a fault"]:
        print(sentence)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
