"""95 % intervals and a paired test that hold when a few videos carry many questions.

Shares: Korn and Graubard (1998), "Confidence intervals for proportions with small expected number of
positive counts estimated from survey data": the exact beta interval of Clopper and Pearson at the effective
sample size, which the design effect of the clusters and the t quantile of their number reduce. Differences:
the mean over its clustered standard error, against t with clusters - 1 degrees of freedom (Cameron and
Miller 2015, "A practitioner's guide to cluster-robust inference"). Paired test: signs of whole clusters are
flipped at random, which is exact when the two systems are alike (Ernst 2004, "Permutation methods").
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from playhead.eval.metrics import clustered_stderr, grouped, mean
from playhead.tools.errors import MissingExtraError

ALPHA = 0.05
FLIPS = 9999
"""Random sign patterns when all of them are too many to try."""


def share(centre: float, stderr: float, n: int, clusters: int) -> tuple[float, float]:
    """The interval of a share of `n` values in `clusters` clusters, within 0..1.

    Values that are all alike say nothing of how clusters differ: then every cluster counts as one value. So
    does a single cluster; the interval is then nearly everything.
    """
    if n < 1 or clusters < 1:
        return 0.0, 1.0
    size = effective_size(centre, stderr, n, clusters)
    hits, misses = centre * size, (1 - centre) * size
    low = float(_special().betaincinv(hits, misses + 1, ALPHA / 2)) if hits > 0 else 0.0
    high = float(_special().betaincinv(hits + 1, misses, 1 - ALPHA / 2)) if misses > 0 else 1.0
    return low, high


def effective_size(centre: float, stderr: float, n: int, clusters: int) -> float:
    """How many independent values would say as much; between one and `n`."""
    if clusters < 2:
        return 1.0
    independent = centre * (1 - centre)
    if stderr <= 0 or independent <= 0:
        return float(clusters)
    quantiles = _special().ndtri(1 - ALPHA / 2) / _special().stdtrit(clusters - 1, 1 - ALPHA / 2)
    return float(max(1.0, min(independent / stderr**2, n) * quantiles**2))


def difference(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[float, float]:
    """The interval of a mean of paired differences in -1..1.

    Where no cluster differs from another the error cannot be estimated; then the interval is as wide as
    the share of clusters that may differ unseen.
    """
    count = len(set(clusters))
    centre = mean(values)
    if count < 2:
        return -1.0, 1.0
    stderr = clustered_stderr(values, clusters)
    half = (
        stderr * float(_special().stdtrit(count - 1, 1 - ALPHA / 2))
        if stderr > 0
        else share(0, 0, count, count)[1]
    )
    return max(-1.0, centre - half), min(1.0, centre + half)


def paired_p(values: Sequence[float], clusters: Sequence[Hashable], seed: int = 0) -> float:
    """Two-sided p-value that differences, summed by cluster, fall both ways alike; 1 if at most one differs.

    All sign patterns are tried up to thirteen clusters that differ, then 9,999 random ones.
    """
    sums = np.array([total for part in grouped(values, clusters).values() if (total := math.fsum(part))])
    if len(sums) < 2:
        return 1.0
    from scipy import stats

    result = stats.permutation_test(
        (sums,),
        lambda flipped, axis: np.sum(flipped, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=FLIPS,
        batch=500,
        rng=np.random.default_rng(seed),
    )
    return float(min(1.0, result.pvalue))


def _special() -> Any:
    """Quantiles come from here, because `scipy.stats` takes a second to load."""
    try:
        from scipy import special
    except ModuleNotFoundError as error:
        raise MissingExtraError("intervals need scipy", "pip install 'playhead[bench]'") from error
    return special
