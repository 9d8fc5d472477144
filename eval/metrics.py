"""Accuracy with honest errors: micro and macro means, errors clustered by video, paired comparisons."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Z95 = 1.959963984540054
"""Half width of a 95 % interval in standard errors."""


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


def interval(centre: float, stderr: float) -> tuple[float, float]:
    """The 95 % interval of a share, kept within 0..1."""
    return max(0.0, centre - Z95 * stderr), min(1.0, centre + Z95 * stderr)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same samples: b minus a, its bootstrap interval, and McNemar's exact test."""

    n: int
    difference: float
    low: float
    high: float
    only_a: int
    only_b: int
    p_value: float


def mcnemar(only_a: int, only_b: int) -> float:
    """Two-sided exact p-value that the discordant pairs fall both ways alike (McNemar 1947)."""
    n, k = only_a + only_b, min(only_a, only_b)
    if n == 0:
        return 1.0
    below = math.fsum(math.exp(_log_choose(n, i) - n * math.log(2)) for i in range(k + 1))
    return min(1.0, 2 * below)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def bootstrap(
    differences: Sequence[float], clusters: Sequence[Hashable], rounds: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """95 % percentile interval of the mean difference, whole clusters drawn with replacement."""
    parts = list(grouped(differences, clusters).values())
    if not parts:
        return 0.0, 0.0
    sums = np.array([math.fsum(part) for part in parts])
    sizes = np.array([len(part) for part in parts])
    picks = np.random.default_rng(seed).integers(0, len(parts), size=(rounds, len(parts)))
    means = sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def compare(a: Mapping[str, float], b: Mapping[str, float], clusters: Mapping[str, Hashable]) -> Comparison:
    """Paired comparison on the samples both runs have; scores by sample id, clusters by sample id.

    A score of at least 0.5 counts as right in McNemar's table.
    """
    ids = [sample for sample in a if sample in b]
    differences = [b[sample] - a[sample] for sample in ids]
    low, high = bootstrap(differences, [clusters[sample] for sample in ids])
    only_a = sum(a[sample] >= 0.5 > b[sample] for sample in ids)
    only_b = sum(b[sample] >= 0.5 > a[sample] for sample in ids)
    return Comparison(len(ids), mean(differences), low, high, only_a, only_b, mcnemar(only_a, only_b))
