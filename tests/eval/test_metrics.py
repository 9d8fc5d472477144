"""Means, errors and comparisons against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from playhead.eval import metrics
from playhead.eval.calibration import brier, expected_calibration_error, reliability
from playhead.eval.overlap import exact_match, token_f1


def test_macro_counts_groups_not_items() -> None:
    values, groups = [1, 1, 1, 0], ["a", "a", "a", "b"]
    assert metrics.mean(values) == 0.75
    assert metrics.macro(values, groups) == 0.5


def test_clustered_error_by_hand() -> None:
    # deviations from 0.5: cluster a sums to 1, b to -1; (1 + 1) * 2/1 = 4, root 2, over 4 values
    assert metrics.clustered_stderr([1, 1, 0, 0], "aabb") == pytest.approx(0.5)
    assert metrics.clustered_stderr([1, 0, 1, 0], "aabb") == 0.0
    assert metrics.clustered_stderr([1, 0], "aa") == 0.0


def test_singleton_clusters_give_the_usual_standard_error() -> None:
    values = [1, 0, 0, 1, 1]
    sd = math.sqrt(sum((v - 0.6) ** 2 for v in values) / 4)
    assert metrics.clustered_stderr(values, range(5)) == pytest.approx(sd / math.sqrt(5))


def test_macro_error_equals_micro_error_for_one_group() -> None:
    values, clusters = [1, 0, 0, 1, 1, 0], "aabbcc"
    micro = metrics.clustered_stderr(values, clusters)
    assert metrics.macro_stderr(values, ["g"] * 6, clusters) == pytest.approx(micro)


def test_calibration_by_hand() -> None:
    bins = reliability([0.9, 0.9, 0.1, 1.0], [1, 0, 0, 1], bins=10)
    assert [(part.low, part.n, part.accuracy) for part in bins] == [
        (0.1, 1, 0.0),
        (0.9, 3, pytest.approx(2 / 3)),
    ]
    assert expected_calibration_error(bins) == pytest.approx((0.1 + 3 * abs(2.8 / 3 - 2 / 3)) / 4)
    assert brier([0.5, 1.0], [1, 1]) == 0.125
    with pytest.raises(ValueError):
        reliability([1.2], [1])


def test_overlap_by_hand() -> None:
    assert exact_match("The cook.", "a COOK") == 1.0
    assert exact_match("", "") == 0.0
    assert token_f1("the old cook", "the cook") == pytest.approx(2 / 3)
    assert token_f1("nobody", "the cook") == 0.0
