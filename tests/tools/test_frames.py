"""Target times, sizes, and the stretches lost to damage."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.tools.pictures.boundaries import Cut, Lengths, depth_scores, strongest, units
from playhead.tools.pictures.frames import Damage, ascending, grid, scaled_size, turned
from playhead.tools.types import Span


def test_grid_stays_inside_and_never_ends_empty() -> None:
    assert grid(2, 2.0).tolist() == [0, 0.5, 1, 1.5]
    assert grid(1, 10.0, Span(3.5, 99)).tolist() == [3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]
    assert grid(1, 10.0, Span(50, 60)).tolist() == [50]
    assert grid(0.01, 0.0).tolist() == [0]


def test_twelve_hours_of_times_are_one_array() -> None:
    assert grid(2, 43_200.0).nbytes == 86_400 * 8


def test_asked_times_are_ordered_and_clipped() -> None:
    assert ascending([5, -1, 5, 99, float("inf")], 10).tolist() == [0, 5, 10]
    with pytest.raises(ValueError):
        ascending([float("nan")], 10)


@given(st.integers(1, 8000), st.integers(1, 8000), st.integers(1, 9000))
def test_scaled_sizes_fit_and_are_never_enlarged(width: int, height: int, side: int) -> None:
    scaled = scaled_size(width, height, side)
    assert 1 <= scaled[0] <= min(width, max(side, 1))
    assert 1 <= scaled[1] <= min(height, max(side, 1))
    assert max(scaled) == min(side, max(width, height))


def test_a_quarter_turn_is_counter_clockwise() -> None:
    image = np.zeros((1, 2, 3), np.uint8)
    image[0, 1] = 255
    assert turned(image, 90)[:, 0, 0].tolist() == [255, 0]
    assert turned(image, 0) is image


def test_near_damage_becomes_one_stretch() -> None:
    damage = Damage(join_s=0.3)
    for start_s in (5.0, 1.0, 1.1, 5.2, 9.0):
        damage.add(start_s, start_s + 0.1)
    assert [(span.start_s, round(span.end_s, 3)) for span in damage.spans] == [
        (1.0, 1.2),
        (5.0, 5.3),
        (9.0, 9.1),
    ]


def test_depth_is_measured_from_the_peaks_on_both_sides() -> None:
    depths = depth_scores(np.array([1.0, 1.0, 0.4, 0.8, 0.7, 0.7, 1.0]))
    assert depths == pytest.approx([0, 0, 0.5, 0, 0.2, 0.2, 0])
    assert depth_scores(np.array([])).tolist() == []


def test_the_deepest_of_near_cuts_wins() -> None:
    cuts = [Cut(10, 0.2), Cut(11, 0.9), Cut(12.5, 0.3), Cut(0.5, 1), Cut(99.5, 1)]
    assert [cut.time_s for cut in strongest(cuts, 2, 100)] == [11]


@given(
    st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 1)), max_size=60),
    st.floats(0, 5000),
    st.floats(0.5, 60),
)
def test_units_always_cover(cuts: list[tuple[float, float]], duration_s: float, clip_s: float) -> None:
    found = units((Cut(*cut) for cut in cuts), duration_s, Lengths(clip_s), 0.5)
    for level in ("clip", "scene"):
        spans = [unit.span for unit in found if unit.level == level]
        assert (spans[0].start_s, spans[-1].end_s) == (0.0, duration_s)
        assert all(one.end_s == two.start_s for one, two in pairwise(spans))
    assert all(unit.span.duration_s <= clip_s + 1e-6 for unit in found if unit.level == "clip")
