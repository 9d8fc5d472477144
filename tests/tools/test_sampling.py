"""Which times are looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.tools.pictures.sampling import SamplingConfig, shared, times, uniform
from playhead.tools.types import Span

SPANS = st.lists(
    st.tuples(st.floats(0, 5000), st.floats(0, 4000)).map(lambda pair: Span(pair[0], pair[0] + pair[1])),
    max_size=120,
)


def test_uniform_times_are_the_middles() -> None:
    assert uniform(Span(10, 20), 5) == [11, 13, 15, 17, 19]
    assert uniform(Span(3, 3), 1) == [3]
    assert uniform(Span(0, 9), 0) == []


def test_rate_and_limit() -> None:
    config = SamplingConfig()
    assert len(times(Span(0, 10), config.fps, config.max_frames)) == 20
    assert len(times(Span(0, 36_000), config.fps, config.max_frames)) == 50
    assert times(Span(5, 5), 2, 50) == [5]


@pytest.mark.parametrize("fps", [0, -1, float("nan")])
def test_an_impossible_rate_is_refused(fps: float) -> None:
    with pytest.raises(ValueError):
        times(Span(0, 1), fps, 50)


def test_every_span_is_looked_at_and_the_long_ones_more() -> None:
    spans = [Span(0, 1), Span(10, 110), Span(200, 201)]
    found = shared(spans, 2, 20)
    inside = [sum(span.contains(time_s) for time_s in found) for span in spans]
    assert inside[0] >= 1 <= inside[2]
    assert inside[1] > 10
    assert sum(inside) == len(found) <= 20


@given(SPANS, st.floats(0.01, 60), st.integers(1, 64))
def test_shared_keeps_to_its_limit_and_its_spans(spans: list[Span], fps: float, most: int) -> None:
    found = shared(spans, fps, most)
    assert len(found) <= most
    assert bool(found) == bool(spans)
    assert found == sorted(set(found))
    assert all(any(span.contains(time_s) for span in spans) for time_s in found)
