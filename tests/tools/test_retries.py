"""Backoff and circuit breaker, on a clock of their own."""

from __future__ import annotations

import pytest

from playhead.tools.errors import ModelError, ModelUnreachableError
from playhead.tools.serving.retries import Backoff, Breaker, CallFailed


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broken(clock: Clock) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(threshold=3, cooldown_s=5, patience_s=60, clock=clock)
    for _ in range(3):
        breaker.failed(ModelError("no connection"))
    return breaker


@pytest.mark.parametrize(
    ("kind", "attempts"), [("busy", 5), ("transient", 5), ("reply", 2), ("request", 1), ("final", 1)]
)
def test_how_often_each_kind_of_failure_is_tried(kind: str, attempts: int) -> None:
    failure = CallFailed(ModelError("x"), kind)  # type: ignore[arg-type]
    allowed = [attempt for attempt in range(1, 10) if Backoff().allows(failure, attempt)]
    assert len(allowed) + 1 == attempts


def test_waits_double_with_jitter_up_to_a_ceiling() -> None:
    backoff = Backoff(first_s=1, ceiling_s=10)
    assert [backoff.wait_s(attempt, None, draw=1) for attempt in (1, 2, 3, 9)] == [1, 2, 4, 10]
    assert backoff.wait_s(1, None, draw=0) == 0.5


def test_a_server_may_ask_for_more_patience_but_not_less() -> None:
    assert Backoff().wait_s(1, retry_after_s=30, draw=0) == 30
    assert Backoff(first_s=4).wait_s(1, retry_after_s=0, draw=1) == 4


def test_the_breaker_lets_one_probe_through_each_cooldown(broken: Breaker, clock: Clock) -> None:
    assert broken.wait_s() == 5
    clock.now_s = 5
    assert [broken.wait_s(), broken.wait_s()] == [0, 5]


def test_one_success_closes_the_breaker(broken: Breaker) -> None:
    broken.succeeded()
    assert broken.wait_s() == 0
    assert not broken.is_open


def test_out_of_patience_everybody_but_the_probe_fails_at_once(broken: Breaker, clock: Clock) -> None:
    clock.now_s = 100
    assert broken.wait_s() == 0
    with pytest.raises(ModelUnreachableError, match="failed 3 times in a row, last: no connection"):
        broken.wait_s()
