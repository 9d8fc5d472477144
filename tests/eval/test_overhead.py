"""The runner must not cost what it measures."""

from __future__ import annotations

from playhead.eval.overhead import measure


def test_the_runner_costs_less_than_thirty_milliseconds_a_question() -> None:
    assert min(measure(60) for _ in range(3)) < 0.030
