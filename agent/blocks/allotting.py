"""Sharing what may be spent among places, and choosing times that do not clump."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playhead.agent.run import Run


def share(_: Run, budget: int, weights: Sequence[float]) -> tuple[int, ...]:
    """`budget` units by weight, whole ones, none lost: the largest remainders get the rest.

    A weight of 0 or less gets nothing; when all are, all get the same.
    """
    kept = [max(0.0, weight) for weight in weights]
    kept = kept if sum(kept) > 0 else [1.0] * len(kept)
    if not kept or budget <= 0:
        return (0,) * len(kept)
    exact = [budget * weight / sum(kept) for weight in kept]
    given = [int(amount) for amount in exact]
    by_rest = sorted(range(len(kept)), key=lambda index: (given[index] - exact[index], index))
    for index in by_rest[: budget - sum(given)]:
        given[index] += 1
    return tuple(given)


def spread(_: Run, scores: Sequence[float], sections: int, most: int) -> tuple[int, ...]:
    """Indices of at most `most` scores, ascending: the best of each of `sections` equal parts in turn."""
    size = len(scores)
    bounds = [round(size * number / sections) for number in range(sections + 1)]
    ranked = [
        sorted(range(low, high), key=lambda index: (-scores[index], index)) for low, high in pairwise(bounds)
    ]
    rounds = (part[turn : turn + 1] for turn in range(size) for part in ranked)
    return tuple(sorted([index for found in rounds for index in found][:most]))
