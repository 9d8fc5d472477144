"""Several strategies on the same questions, side by side."""

from __future__ import annotations

import pytest

from playhead.eval import bench
from playhead.eval.together import together


def scores(text: str) -> dict[str, float]:
    return {str(place): float(mark) for place, mark in enumerate(text)}


def test_alone_agreement_and_the_best_unions() -> None:
    found = together([scores("11100"), scores("01110"), scores("00001")])
    assert (found.n, found.solved, found.alone, found.any_right) == (5, (3, 3, 1), (1, 1, 1), 5)
    assert found.agreement[0][1] == pytest.approx(0.6)
    assert found.unions == (((0,), 3), ((0, 1), 4), ((0, 1, 2), 5))


def test_only_shared_questions_count() -> None:
    found = together([{"a": 1.0, "b": 1.0}, {"b": 0.0, "c": 1.0}])
    assert (found.n, found.solved) == (1, (1, 0))


def test_many_runs_are_joined_one_at_a_time() -> None:
    runs = [{str(place): float(place == run) for place in range(20)} for run in range(20)]
    assert together(runs).unions[2] == ((0, 1, 2), 3)


@pytest.mark.parametrize(
    ("text", "names"),
    [("observe,dvd", ["observe", "dvd"]), ("ensemble:topk,avp", ["ensemble:topk,avp"]), (None, [None])],
)
def test_commas_name_several_but_for_an_ensemble(text: str | None, names: list[str | None]) -> None:
    assert bench.strategies(text) == names
