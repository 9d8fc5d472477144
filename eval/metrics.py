"""Means and their standard errors: micro and macro, clustered by video."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    listed = list(values)
    return math.fsum(listed) / len(listed) if listed else 0.0


def macro(values: Sequence[float], groups: Sequence[Hashable]) -> float:
    """The mean of the group means, each group counting the same."""
    return mean(mean(part) for part in grouped(values, groups).values())


def grouped(values: Sequence[float], groups: Sequence[Hashable]) -> dict[Hashable, list[float]]:
    """Values by group, in order of first appearance."""
    parts: dict[Hashable, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        parts.setdefault(group, []).append(value)
    return parts


def clustered_stderr(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """Standard error of the mean when values of one cluster depend on each other.

    The square root of the sum over clusters of (summed deviations)², over n, with the small-sample factor
    c/(c-1) (Miller 2024, "Adding Error Bars to Evals"). One cluster or none gives 0.
    """
    centre, parts = mean(values), grouped(values, clusters)
    if len(parts) < 2:
        return 0.0
    squares = math.fsum(math.fsum(value - centre for value in part) ** 2 for part in parts.values())
    return math.sqrt(squares * len(parts) / (len(parts) - 1)) / len(values)


def macro_stderr(values: Sequence[float], groups: Sequence[Hashable], clusters: Sequence[Hashable]) -> float:
    """Standard error of `macro`: each value weighs 1 / (groups x size of its group)."""
    means = {group: mean(part) for group, part in grouped(values, groups).items()}
    sizes = {group: len(part) for group, part in grouped(values, groups).items()}
    parts: dict[Hashable, float] = {}
    for value, group, cluster in zip(values, groups, clusters, strict=True):
        parts[cluster] = parts.get(cluster, 0.0) + (value - means[group]) / (len(means) * sizes[group])
    if len(parts) < 2:
        return 0.0
    return math.sqrt(math.fsum(part**2 for part in parts.values()) * len(parts) / (len(parts) - 1))
