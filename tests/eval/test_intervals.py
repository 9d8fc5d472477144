"""Intervals and the paired test: extremes by hand, and the coverage they promise, simulated."""

from __future__ import annotations

import numpy as np
import pytest

from playhead.eval import intervals
from playhead.eval.comparing import compare, why_not
from playhead.eval.metrics import clustered_stderr, mean


def of(values: list[float], clusters: list[int]) -> tuple[float, float]:
    stderr = clustered_stderr(values, clusters)
    return intervals.share(mean(values), stderr, len(values), len(set(clusters)))


def test_none_and_all_of_twenty_leave_room() -> None:
    # Clopper and Pearson at 20: the bound is 1 - 0.025 ** (1 / 20)
    assert of([0.0] * 20, list(range(20))) == pytest.approx((0.0, 1 - 0.025 ** (1 / 20)))
    assert of([1.0] * 20, list(range(20))) == pytest.approx((0.025 ** (1 / 20), 1.0))


def test_one_video_says_next_to_nothing() -> None:
    low, high = of([1.0, 0.0] * 10, [0] * 20)
    assert low < 0.01
    assert high > 0.99
    assert of([0.0] * 20, [0] * 20) == pytest.approx((0.0, 0.975))


def test_no_samples_are_no_information() -> None:
    assert intervals.share(0.0, 0.0, 0, 0) == (0.0, 1.0)


def drawn(chance: np.random.Generator, videos: int, right: float, likeness: float) -> list[float]:
    """Four answers a video; `likeness` is the correlation within one."""
    rates = chance.beta(right * (1 / likeness - 1), (1 - right) * (1 / likeness - 1), videos)
    return [float(value) for value in chance.random(4 * videos) < np.repeat(rates, 4)]


@pytest.mark.parametrize(("videos", "right"), [(3, 0.5), (5, 0.5), (5, 0.9), (20, 0.5), (20, 0.9)])
def test_coverage_holds_for_few_videos(videos: int, right: float) -> None:
    chance = np.random.default_rng(0)
    clusters = [place // 4 for place in range(4 * videos)]
    found = [of(drawn(chance, videos, right, 0.3), clusters) for _ in range(300)]
    assert mean(float(low <= right <= high) for low, high in found) >= 0.93


@pytest.mark.parametrize("videos", [5, 10, 30])
def test_a_video_effect_alone_is_rarely_significant(videos: int) -> None:
    """McNemar's test, which takes answers for independent, rejects these null pairs in 16 to 57 %."""
    chance = np.random.default_rng(1)
    clusters = [place // 8 for place in range(8 * videos)]
    rejected = []
    for _ in range(100):
        shift = np.repeat(chance.choice([-1, 1], videos), 8)
        differences = np.where(chance.random(8 * videos) < 0.6, shift, 0)
        rejected.append(float(intervals.paired_p([float(d) for d in differences], clusters) <= 0.05))
    assert mean(rejected) <= 0.1


def test_a_difference_in_every_video_is_significant() -> None:
    assert intervals.paired_p([1.0] * 20, range(20)) < 0.001
    assert intervals.paired_p([1.0] * 20, [0] * 20) == 1.0
    assert intervals.paired_p([0.0] * 20, range(20)) == 1.0
    assert intervals.paired_p([1.0, 1.0, 1.0], "abc") == pytest.approx(2 / 8)


def test_intervals_of_differences() -> None:
    low, high = intervals.difference([0.0] * 20, range(20))
    assert (low, high) == pytest.approx((-0.168, 0.168), abs=1e-3)
    assert intervals.difference([1.0, 0.0], "aa") == (-1.0, 1.0)
    # deviations 0.5 each: error 0.5 / sqrt(4) * sqrt(4 / 3), t quantile 3.182 for three degrees
    low, high = intervals.difference([1.0, 0.0, 1.0, 0.0], "abcd")
    assert (low, high) == pytest.approx((0.5 - 3.1824 * 0.28868, 1.0), abs=1e-3)


RUN = {"set": "mlvu", "subset": "dev", "fingerprint": "ab12"}


OTHER = [({"set": "own"}, "set"), ({"subset": ""}, "subset"), ({"fingerprint": "x"}, "questions")]


@pytest.mark.parametrize(("change", "word"), OTHER)
def test_runs_of_other_questions_are_not_paired(change: dict[str, str], word: str) -> None:
    assert why_not(RUN, dict(RUN)) == ""
    assert f"different {word}" in why_not(RUN, {**RUN, **change})


def test_comparison_pairs_by_sample() -> None:
    a = {"1": 1.0, "2": 0.0, "3": 0.0, "4": 1.0, "x": 1.0}
    b = {"1": 1.0, "2": 1.0, "3": 1.0, "4": 0.0, "y": 1.0}
    result = compare(a, b, {key: key for key in "1234xy"})
    assert (result.n, result.only_a, result.only_b, result.difference) == (4, 1, 2, 0.25)
    assert result.low < 0.25 < result.high
