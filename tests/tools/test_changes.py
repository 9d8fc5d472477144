"""Which pictures of a stretch are looked at: shots, and what comes and goes within one."""

from __future__ import annotations

import numpy as np

from playhead.tools.pictures.boundaries import Cut
from playhead.tools.pictures.changes import Changes
from playhead.tools.pictures.shots import divided, shots
from playhead.tools.types import Image, Span


def picture(second: float, *, moving: bool = False) -> Image:
    """A grey wall with a small label from 10 s to 14 s; a bright box crosses it when `moving`."""
    image = np.full((90, 160, 3), 90, np.uint8)
    if 10 <= second < 14:
        image[20:25, 30:70] = 220
    if moving:
        left = int(8 * second) % 140
        image[60:80, left : left + 20] = 250
    return image


def found(image: object) -> list[float]:
    changes = Changes()
    for number in range(60):
        changes.add(number / 2, image(number / 2))  # type: ignore[operator]
    return [cut.time_s for cut in changes.found()]


def test_a_label_that_comes_and_goes_is_two_changes() -> None:
    assert found(picture) == [10, 14]


def test_a_flash_is_none() -> None:
    assert found(lambda second: picture(0) // (1 + 2 * (second == 20))) == []


def test_what_moves_all_the_time_is_none() -> None:
    assert found(lambda second: picture(20 + second, moving=True)) == []


def test_parts_of_one_shot_are_looked_at_as_one() -> None:
    clips = [Span(0, 8), Span(8, 16), Span(16, 24), Span(24, 28), Span(28, 32), Span(32, 39)]
    assert shots(clips) == [Span(0, 24), Span(24, 28), Span(28, 32), Span(32, 39)]


def test_the_strongest_changes_divide_shots_with_half_of_the_pictures_left() -> None:
    whole = [Span(0, 60), Span(60, 100)]
    changes = [Cut(60.5, 0.9), Cut(70, 0.5), Cut(74, 0.4), Cut(20, 0.1), Cut(300, 0.9)]
    assert divided(whole, changes, 6) == [Span(0, 60), Span(60, 70), Span(70, 74), Span(74, 100)]
    assert divided(whole, changes, 3) == whole
    assert divided(whole, [], 50) == whole
