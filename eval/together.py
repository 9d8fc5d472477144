"""Several runs of the same questions: who solves what nobody else does, who agrees, which few solve most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

RIGHT = 0.5
"""A score from which on a question counts as solved."""
EXHAUSTIVE = 16
"""Runs up to which every choice of three is tried; above that, one is added to the best at a time."""


@dataclass(frozen=True, slots=True)
class Together:
    """`alone` and `solved` count questions by run; `agreement` is the share of questions on which two runs
    are both right or both wrong; `unions` holds the best choice of one, two and three and what it solves."""

    n: int
    solved: tuple[int, ...]
    alone: tuple[int, ...]
    agreement: tuple[tuple[float, ...], ...]
    unions: tuple[tuple[tuple[int, ...], int], ...]
    any_right: int


def together(runs: Sequence[Mapping[str, float]]) -> Together:
    """From scores by question id; only questions that all runs have are counted."""
    shared = sorted(set.intersection(*(set(run) for run in runs))) if runs else []
    solved = [frozenset(name for name in shared if run[name] >= RIGHT) for run in runs]
    others = [frozenset().union(*(solved[:i] + solved[i + 1 :])) for i in range(len(solved))]
    return Together(
        n=len(shared),
        solved=tuple(len(part) for part in solved),
        alone=tuple(len(part - rest) for part, rest in zip(solved, others, strict=True)),
        agreement=tuple(tuple(_agree(one, other, len(shared)) for other in solved) for one in solved),
        unions=tuple(_best(solved, size) for size in range(1, min(3, len(solved)) + 1)),
        any_right=len(frozenset().union(*solved)),
    )


def _agree(one: frozenset[str], other: frozenset[str], n: int) -> float:
    return 1 - len(one ^ other) / n if n else 0.0


def _best(solved: Sequence[frozenset[str]], size: int) -> tuple[tuple[int, ...], int]:
    """The choice of `size` runs that solves most, of equals the first; and how many it solves."""
    if len(solved) <= EXHAUSTIVE:
        choices = list(combinations(range(len(solved)), size))
    else:
        before = _best(solved, size - 1)[0] if size > 1 else ()
        choices = [(*before, index) for index in range(len(solved)) if index not in before]
    best = max(choices, key=lambda choice: len(frozenset().union(*(solved[index] for index in choice))))
    return tuple(sorted(best)), len(frozenset().union(*(solved[index] for index in best)))
