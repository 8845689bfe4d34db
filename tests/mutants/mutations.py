"""All mutations of a module, and a sample of them.

The operators are those of cosmic-ray with one of our own, :class:`RemoveStatement`. Of its many
replacements of one operator by another only those are taken that somebody could have written by
mistake: ``<`` for ``<=``, not ``<<`` for ``+``, which every test kills.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

from tests.mutants.equivalents import excluded_ranges

_NAMES = (
    *("NumberReplacer", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "AddNot"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceUnaryOperator_Delete_Not"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
    *("ExceptionReplacer", "RemoveDecorator"),
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
            *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
        )
    ),
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in (
            *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul"),
            *("BitAnd_BitOr", "BitOr_BitAnd"),
        )
    ),
)


class RemoveStatement(Operator):
    """Replace a call, an assignment to an attribute or a ``raise`` by ``pass``."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Yield the position of the statement, when it is one."""
        if node.parent is not None and node.parent.type == "simple_stmt" and _has_effect(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, _index: int) -> Any:
        """Return ``pass`` in its place."""
        indent = node.get_first_leaf().prefix
        return parso.python.tree.Keyword("pass", node.start_pos, prefix=indent)

    @classmethod
    def examples(cls) -> tuple[()]:
        """Return nothing: the examples are tests/unit/test_mutants.py."""
        return ()


def _has_effect(node: Any) -> bool:
    if node.type == "atom_expr":
        return bool(node.children[-1].type == "trailer" and node.children[-1].children[0] == "(")
    if node.type == "expr_stmt":
        return bool(node.children[0].type in ("atom_expr", "power"))
    return bool(node.type == "raise_stmt")


_OPERATORS: tuple[Operator, ...] = (
    *(get_operator(f"core/{name}")() for name in _NAMES),
    RemoveStatement(),
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one module."""

    module: Path
    """Relative to the root of the tree."""
    start: tuple[int, int]
    """Line from 1, column from 0."""
    operator: Operator
    occurrence: int

    def apply(self, source: str) -> str:
        """Return the module's text with the change made."""
        mutated: str | None = mutate_code(source, self.operator, self.occurrence)
        assert mutated is not None
        return mutated


def mutations_of(module: Path, source: str) -> list[Mutation]:
    """Return all mutations of a module, in the order of its lines."""
    excluded = excluded_ranges(source)
    nodes = list(ast_nodes(get_ast(source)))
    found = []
    for operator in _OPERATORS:
        places = ((node, at) for node in nodes for at, _ in operator.mutation_positions(node))
        for occurrence, (node, start) in enumerate(places):
            if _is_a_star(node) or any(first <= start < last for first, last in excluded):
                continue
            found.append(Mutation(module, start, operator, occurrence))
    return sorted(found, key=lambda one: one.start)


def _is_a_star(node: Any) -> bool:
    # Of a signature or a call, which cosmic-ray takes for a multiplication.
    return (
        node.type == "operator"
        and node.parent.type not in ("term", "power")
        and (node.value in ("*", "**"))
    )


def sample(mutations: Sequence[Mutation], count: int, seed: int) -> list[Mutation]:
    """Draw places first, then one mutation for each: a number with two mutations counts once."""
    draw = random.Random(seed)
    places = [list(group) for _, group in groupby(mutations, lambda one: (one.module, one.start))]
    chosen = draw.sample(places, min(count, len(places)))
    return [draw.choice(place) for place in chosen]
