"""``make mutants``: change the rules one place at a time and see whether the nearest tests fail.

``python -m tests.mutants --sample 100 --seed 7`` repeats a run; ``--only kiosk/calls`` narrows it.
Ends with 1 when fewer than ``--least`` per cent are killed. The diffs say what the tests miss.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter

from kiosk.settings import ROOT
from tests.mutants.mutations import Mutation, mutations_of, sample
from tests.mutants.nearest import MODULES
from tests.mutants.trial import Trial, try_all


def main() -> int:
    """Try a sample; print survivors as diffs, then killed and survived for each package."""
    options = _options()
    os.nice(options.nice)
    drawn = sample(every_mutation(options.only), options.sample, options.seed)
    trials = []
    for trial in try_all(drawn, jobs=options.jobs, until=time.monotonic() + 60 * options.minutes):
        trials.append(trial)
        if not trial.killed:
            print(f"\nSURVIVED ({len(trials)} of {len(drawn)} tried)\n{trial.diff}", flush=True)
    print(summary(trials, drawn=len(drawn), seed=options.seed))
    killed = sum(trial.killed for trial in trials)
    return 0 if trials and 100 * killed >= options.least * len(trials) else 1


def every_mutation(only: str = "kiosk/") -> list[Mutation]:
    """Return all mutations of the rules' modules whose path begins with ``only``."""
    modules = (
        path.relative_to(ROOT)
        for entry in MODULES
        for path in sorted(
            (ROOT / entry).rglob("*.py") if (ROOT / entry).is_dir() else [ROOT / entry]
        )
    )
    return [
        mutation
        for module in modules
        if str(module).startswith(only)
        for mutation in mutations_of(module, (ROOT / module).read_text())
    ]


def summary(trials: list[Trial], *, drawn: int, seed: int) -> str:
    """Return the figures, a line for each package and one for all."""
    of = Counter(_entry(trial) for trial in trials)
    killed = Counter(_entry(trial) for trial in trials if trial.killed)
    rows = [*((name, killed[name], of[name]) for name in MODULES if of[name])]
    rows.append(("all", killed.total(), of.total()))
    lines = [f"\nSeed {seed}: {len(trials)} of {drawn} mutants tried"]
    lines += [
        f"{name:20} {dead:4} killed {count - dead:4} survived {100 * dead / max(count, 1):6.1f} %"
        for name, dead, count in rows
    ]
    return "\n".join(lines)


def _entry(trial: Trial) -> str:
    return next(name for name in MODULES if str(trial.mutation.module).startswith(name))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--sample", type=int, default=150, help="how many places to change")
    parser.add_argument("--seed", type=int, default=1, help="which ones: the same seed, the same")
    parser.add_argument("--only", default="kiosk/", help="modules whose path begins so")
    parser.add_argument("--jobs", type=int, default=2, help="copies that work side by side")
    parser.add_argument("--minutes", type=float, default=60, help="begin no trial after")
    parser.add_argument("--least", type=float, default=90, help="per cent that must be killed")
    parser.add_argument("--nice", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
