"""Try mutations in copies of the tree (``build/mutants/``), with a process of pytest for each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from queue import SimpleQueue

from kiosk.settings import ROOT
from tests.mutants.mutations import Mutation
from tests.mutants.nearest import nearest_tests

FOLDER = ROOT / "build" / "mutants"
_COPIED = ("kiosk", "tests", "app.py", "pyproject.toml")
_LEFT_OUT = (".git", "build", "instance", ".hypothesis")
_PYTEST = ("-x", "-q", "--no-header", "-p", "no:cacheprovider")
_FORKED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""Libraries that are pytest's plugins were imported before pytest could rewrite them."""

_ALL_PASSED, _NO_TESTS = 0, 5
SLOWEST = 6
"""A mutant that takes so many times what the tests took without it loops for ever: killed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutation and what became of it."""

    mutation: Mutation
    killed: bool
    diff: str


class Copy:
    """A copy of the tree in which one module at a time is changed."""

    def __init__(self, number: int) -> None:
        self.root = FOLDER / f"copy-{number}"
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        for entry in ROOT.iterdir():
            if entry.name in _COPIED and entry.is_dir():
                shutil.copytree(entry, self.root / entry.name)
            elif entry.name in _COPIED:
                shutil.copy2(entry, self.root / entry.name)
            elif entry.name not in _LEFT_OUT:
                (self.root / entry.name).symlink_to(entry)
        self._forks = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("forks.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def passes(
        self, tests: tuple[str, ...], *, within_s: float, keep_bytecode: bool = False
    ) -> bool:
        """Run tests in this copy; False also when they take longer than ``within_s``."""
        asked = {
            "root": str(self.root),
            "arguments": [*_PYTEST, *_FORKED, *tests],
            "within_s": within_s,
            "keep_bytecode": keep_bytecode,
        }
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        print(json.dumps(asked), file=self._forks.stdin, flush=True)
        status = int(self._forks.stdout.readline())
        assert status != _NO_TESTS, f"no tests in {tests}"
        return status == _ALL_PASSED

    def try_out(self, mutation: Mutation, *, within_s: float) -> Trial:
        """Make the change, run the nearest tests, undo the change."""
        path = self.root / mutation.module
        source, written = path.read_text(), path.stat()
        mutated = mutation.apply(source)
        path.write_text(mutated)
        try:
            killed = not self.passes(nearest_tests(mutation.module), within_s=within_s)
        finally:
            path.write_text(source)
            # The bytecode kept from the first run is valid for exactly this time.
            os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))
        return Trial(mutation, killed, _diff(mutation.module, source, mutated))


def baseline_s(copy: Copy, mutations: Iterable[Mutation]) -> dict[tuple[str, ...], float]:
    """Run the tests unchanged: they must pass. Returns how long each group of them took."""
    groups = {nearest_tests(one.module) for one in mutations}
    took = {}
    for tests in sorted({one for group in groups for one in group}):
        started = time.monotonic()
        assert copy.passes((tests,), within_s=1800, keep_bytecode=True), f"fail unmutated: {tests}"
        took[tests] = time.monotonic() - started
    return {group: sum(took[one] for one in group) for group in groups}


def try_all(mutations: list[Mutation], *, jobs: int, until: float) -> Iterator[Trial]:
    """Try mutations on ``jobs`` copies side by side; begin none after ``until`` (monotonic)."""
    copies: SimpleQueue[Copy] = SimpleQueue()
    for number in range(jobs):
        copies.put(Copy(number))
    first = copies.get()
    took = baseline_s(first, mutations)
    copies.put(first)

    def trial(mutation: Mutation) -> Trial | None:
        if time.monotonic() > until:
            return None
        copy = copies.get()
        try:
            usual_s = took[nearest_tests(mutation.module)]
            return copy.try_out(mutation, within_s=30 + SLOWEST * usual_s)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        for future in as_completed([pool.submit(trial, one) for one in mutations]):
            if (done := future.result()) is not None:
                yield done


def _diff(module: Path, source: str, mutated: str) -> str:
    lines = unified_diff(
        source.splitlines(), mutated.splitlines(), str(module), "mutated", lineterm="", n=2
    )
    return "\n".join(lines)
