"""Pictures on their way to a model."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image as Pictures

from playhead.tools.serving.mosaic import data_url, mosaic, shrink, spread, stamp
from playhead.tools.types import Frame


def frames(count: int) -> list[Frame]:
    return [Frame(float(index), np.full((90, 160, 3), 40 + 20 * index, np.uint8)) for index in range(count)]


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (4, 2, 2), (5, 3, 2), (9, 3, 3)]
)
def test_tiles_stand_row_by_row(count: int, columns: int, rows: int) -> None:
    grid = mosaic(frames(count), side_px=480)
    height, width = grid.shape[0] // rows, grid.shape[1] // columns
    middles = [
        grid[(i // columns) * height + height // 2, (i % columns) * width + width // 2, 0]
        for i in range(count)
    ]
    assert middles == [40 + 20 * index for index in range(count)]
    assert max(grid.shape) <= 480


def test_the_time_is_burned_into_the_corner() -> None:
    corner = mosaic(frames(1), side_px=160)[:12, :30]
    assert corner.max() > 200
    assert corner.min() == 0


def test_shrinking_keeps_the_shape_and_never_enlarges() -> None:
    assert shrink(np.zeros((100, 400, 3), np.uint8), 200).shape == (50, 200, 3)
    assert shrink(np.zeros((10, 20, 3), np.uint8), 200).shape == (10, 20, 3)


def test_a_data_url_holds_the_picture() -> None:
    raw = base64.b64decode(data_url(np.full((8, 8, 3), 200, np.uint8)).partition(",")[2])
    assert abs(int(np.asarray(Pictures.open(io.BytesIO(raw)))[4, 4, 0]) - 200) < 4


@pytest.mark.parametrize(
    ("count", "keep", "expected"),
    [(5, 9, [0, 1, 2, 3, 4]), (5, 3, [0, 2, 4]), (10, 2, [0, 9]), (9, 1, [4]), (0, 3, [])],
)
def test_spread_keeps_both_ends(count: int, keep: int, expected: list[int]) -> None:
    assert spread(count, keep) == expected


def test_a_time_is_told_in_seconds() -> None:
    assert stamp(12.46) == "<12.5 s>"
