"""The mutation tool: what it changes, what it leaves alone, and that a sample can be repeated."""

from __future__ import annotations

from pathlib import Path

from kiosk.settings import ROOT
from tests.mutants.__main__ import every_mutation
from tests.mutants.mutations import mutations_of, sample
from tests.mutants.nearest import nearest_tests

MODULE = Path("kiosk/visits/example.py")


def mutants(source: str) -> set[str]:
    return {mutation.apply(source) for mutation in mutations_of(MODULE, source)}


def test_a_comparison_is_moved_by_one_and_negated() -> None:
    assert {"late = now > end\n", "late = now < end\n"} <= {
        mutant.replace("  ", " ") for mutant in mutants("late = now >= end\n")
    }


def test_a_sum_becomes_a_difference() -> None:
    assert "end = start - length\n" in mutants("end = start + length\n")


def test_a_call_an_assignment_to_an_attribute_and_a_raise_are_removed() -> None:
    source = "def f(row):\n    announce(row)\n    row.left = True\n    raise ValueError\n"

    removed = {mutant for mutant in mutants(source) if "pass" in mutant and mutant.count("\n") == 4}

    assert removed == {source.replace(line, "pass") for line in source.split("\n    ")[1:-1]} | {
        source.replace("raise ValueError", "pass")
    }


def test_annotations_log_lines_guards_columns_and_signatures_are_left_alone() -> None:
    source = (
        "@dataclass(frozen=True)\n"
        "class Row:\n"
        "    name: Mapped[str | None] = mapped_column(String(80))\n"
        "def f(one, *, two: int | None = None) -> int | str:\n"
        '    """Return at most 3 of them."""\n'
        "    log.info('asked', 1)\n"
    )

    assert mutants(source) == {source.replace("@dataclass(frozen=True)\n", "")}


def test_remembering_an_answer_is_left_alone_since_the_answer_is_the_same() -> None:
    assert mutants("@cache\ndef f():\n    return names\n") == set()
    assert mutants("@property\ndef f():\n    return names\n") != set()


def test_the_same_seed_draws_the_same_sample_and_another_seed_another() -> None:
    every = every_mutation()

    first, again, other = (sample(every, 20, seed) for seed in (7, 7, 8))

    assert first == again
    assert first != other
    assert len({(one.module, one.start) for one in first}) == 20


def test_every_module_of_the_rules_has_tests_that_exist() -> None:
    for mutation in every_mutation():
        for tests in nearest_tests(mutation.module):
            assert (ROOT / tests).exists(), tests
