"""Reciprocal rank fusion: one ranking out of several whose scores cannot be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
K = 60
"""Damps the weight of the first places. Cormack, Clarke and Büttcher, SIGIR 2009."""


def reciprocal_rank(rankings: Sequence[Sequence[T]]) -> dict[T, float]:
    """id → sum of 1 / (K + rank) over the rankings that hold it (ranks from 1), best first.

    Ties keep the order in which the rankings name them.
    """
    scores: dict[T, float] = defaultdict(float)
    for ranking in rankings:
        for rank, name in enumerate(ranking, start=1):
            scores[name] += 1 / (K + rank)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
