"""Which samples a limit takes, and what repeats are."""

from __future__ import annotations

from collections import Counter

import pytest

from playhead.eval.sampling import chosen
from playhead.eval.types import RunConfig, Sample, SetInfo

INFO = SetInfo("toy", "toy", "mcq_extract", breakdowns=("task",))
SAMPLES = [
    Sample(f"{task}{n}", f"v{n}", "?", tags={"task": (task,)})
    for task, count in (("plot", 60), ("ego", 30), ("count", 10))
    for n in range(count)
]


def ids(**settings: int | bool) -> list[str]:
    return [sample.id for sample in chosen(INFO, SAMPLES, RunConfig("toy", "", **settings))]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_a_limit_shows_every_category_in_proportion(seed: int) -> None:
    counts = Counter(sample.rstrip("0123456789") for sample in ids(limit=20, seed=seed))
    assert counts.total() == 20
    assert abs(counts["plot"] - 12) <= 1
    assert abs(counts["ego"] - 6) <= 1
    assert abs(counts["count"] - 2) <= 1


def test_the_seed_decides_and_the_files_order_stays() -> None:
    order = [sample.id for sample in SAMPLES]
    assert ids(limit=20) == ids(limit=20) == sorted(ids(limit=20), key=order.index)
    assert ids(limit=20) != ids(limit=20, seed=1)


def test_a_larger_limit_keeps_what_a_smaller_one_took() -> None:
    assert set(ids(limit=20)) < set(ids(limit=30))


def test_first_takes_the_start_of_the_files() -> None:
    assert ids(limit=3, first=True) == ["plot0", "plot1", "plot2"]


def test_repeats_follow_each_other_under_names_of_their_own() -> None:
    found = chosen(INFO, SAMPLES[:2], RunConfig("toy", "", epochs=2))
    assert [(s.id, s.epoch, s.question_id) for s in found] == [
        ("plot0", 1, "plot0"),
        ("plot1", 1, "plot1"),
        ("plot0~2", 2, "plot0"),
        ("plot1~2", 2, "plot1"),
    ]
