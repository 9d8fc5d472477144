"""When the screen is read, and what becomes of the lines: pictures and readings known by construction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import numpy as np
import pytest

from playhead.tools.ocr.scripted import create as scripted
from playhead.tools.pictures.drawing import slide
from playhead.tools.protocols import TextLine
from playhead.tools.registry import load
from playhead.tools.types import Cue, Frame, Image, Span
from playhead.tools.words.changes import ChangeConfig
from playhead.tools.words.screen import Screen, read_screen

WIDTH, HEIGHT, ROWS = 320, 180, 8
PAPER = np.full((HEIGHT, WIDTH, 3), 240, np.uint8)


class Page:
    """A fake screen of eight rows: a line is drawn as blocks that stand for its words, and read back.

    What is read is looked up by the blocks found in the picture, so a strip shows the rows in it alone.
    """

    def __init__(self) -> None:
        self.words: dict[bytes, str] = {}
        self.readings: list[int] = []

    def draw(self, *lines: str, background: Image = PAPER) -> Image:
        picture = background.copy()
        for row, text in enumerate(lines):
            if text:
                pattern = np.unpackbits(np.frombuffer(blake2b(text.encode()).digest(), np.uint8))[:36]
                picture[self._inside(row), 16:304] = np.where(pattern, 10, 200).repeat(8)[None, :, None]
                self.words[self._key(picture[self._inside(row)][4])] = text
        return picture

    def read(self, image: Image) -> list[TextLine]:
        self.readings.append(len(image))
        return list(self._lines(image))

    def _lines(self, image: Image) -> Iterator[TextLine]:
        starts: dict[str, int] = {}
        for y, row in enumerate(image):
            if (text := self.words.get(self._key(row))) is not None and text not in starts:
                starts[text] = y
                yield TextLine(text, 0.99, (0.05, y / len(image), 0.95, min(1.0, (y + 12) / len(image))))

    def _inside(self, row: int) -> slice:
        top = row * HEIGHT // ROWS + 4
        return slice(top, top + 12)

    def _key(self, row: Image) -> bytes:
        return bytes((row[16:304, 0] > 100).astype(np.uint8)[4::8])


def frames(pictures: Iterable[Image], fps: float = 1.0) -> Iterator[Frame]:
    for number, picture in enumerate(pictures):
        yield Frame(number / fps, picture)


def told(cues: Iterable[Cue]) -> list[tuple[float, float, str]]:
    return sorted((cue.span.start_s, cue.span.end_s, cue.text) for cue in cues)


def noisy(pictures: Iterable[Image], amount: float = 4.0) -> Iterator[Image]:
    random = np.random.default_rng(7)
    for picture in pictures:
        yield np.clip(picture + random.normal(0, amount, picture.shape), 0, 255).astype(np.uint8)


def texture(seed: int) -> Image:
    blocks = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), np.uint8)
    return blocks.repeat(20, 0).repeat(20, 1)


def test_a_slide_shown_for_three_minutes_is_read_once() -> None:
    reader = scripted("Learning rate 0.001")
    cues = list(read_screen(frames(noisy([PAPER] * 180)), reader))
    assert len(reader.sizes_px) == 1
    assert cues == [Cue(Span(0, 179), "Learning rate 0.001")]


def test_lines_that_come_and_go_together_are_one_cue() -> None:
    page = Page()
    pictures = [page.draw("Ada Byron", "1815", "1852")] * 5 + [page.draw("Ben Okri", "1959")] * 5
    assert told(read_screen(frames(pictures), page)) == [
        (0, 5, "Ada Byron\n1815\n1852"),
        (5, 9, "Ben Okri\n1959"),
    ]


def test_a_bullet_point_that_appears_has_its_own_time_and_costs_a_strip() -> None:
    page = Page()
    first = page.draw("Costs", "", "", "diesel")
    later = page.draw("Costs", "", "", "diesel", "", "", "sunlight")
    assert told(read_screen(frames([first] * 10 + [later] * 10), page)) == [
        (0, 19, "Costs\ndiesel"),
        (10, 19, "sunlight"),
    ]
    assert page.readings[0] == HEIGHT
    assert page.readings[1] < HEIGHT * 0.6


def test_one_changed_line_ends_alone() -> None:
    page = Page()
    before, after = page.draw("Score", "", "", "home 1"), page.draw("Score", "", "", "home 2")
    assert told(read_screen(frames([before] * 6 + [after] * 6), page)) == [
        (0, 6, "home 1"),
        (0, 11, "Score"),
        (6, 11, "home 2"),
    ]


def test_a_blinking_cursor_is_read_on_and_off_and_then_left_alone() -> None:
    page = Page()
    blinking = [page.draw("$ make test") for _ in range(60)]
    for number, one in enumerate(blinking):
        one[70:82, 20:26] = 0 if number % 2 else 240
    assert told(read_screen(frames(noisy(blinking, 0.4)), page)) == [(0, 59, "$ make test")]
    assert len(page.readings) <= 3


def test_a_slide_that_comes_back_is_read_again() -> None:
    page = Page()
    first, second = page.draw("Tidal power", "1871"), page.draw("Storm Odile", "41 m/s")
    cues = told(read_screen(frames([first] * 6 + [second] * 6 + [first] * 6), page))
    assert [start for start, _, _ in cues] == [0, 6, 12]
    assert cues[2][2] == "Tidal power\n1871"


def test_scrolling_lines_are_told_once_and_in_order() -> None:
    page = Page()
    lines = [f"step {number} of the build" for number in range(20)]
    pictures = [page.draw(*lines[max(0, shown - ROWS) : shown]) for shown in range(1, 21) for _ in range(2)]
    cues = sorted(read_screen(frames(pictures), page), key=lambda cue: cue.span)
    assert "\n".join(cue.text for cue in cues).split("\n") == lines


def test_a_title_of_two_seconds_over_moving_pictures_is_read() -> None:
    for offset in range(3):
        page = Page()
        pictures = [texture(number) for number in range(20)]
        for number in (10 + offset, 11 + offset):
            pictures[number] = page.draw("", "", "", "THE LAST KEEPER", background=texture(number))
        (cue,) = read_screen(frames(pictures), page)
        assert cue.text == "THE LAST KEEPER"
        assert cue.span.overlaps(Span(10 + offset, 12 + offset))


def test_constant_motion_is_read_once_in_two_seconds() -> None:
    reader = scripted()
    assert list(read_screen(frames(texture(number) for number in range(60)), reader)) == []
    assert 25 <= len(reader.sizes_px) <= 31


def test_readings_stay_bounded_at_a_high_rate() -> None:
    reader = scripted()
    list(read_screen(frames((texture(number) for number in range(250)), fps=25), reader))
    assert len(reader.sizes_px) <= 7


def test_a_speaker_in_the_corner_leaves_the_slide_as_it_was_read() -> None:
    page = Page()
    still = page.draw("Tidal power", "", "Peak flow 3.4 m/s")
    moving = []
    for number in range(30):
        moving.append(still.copy())
        moving[-1][140:, 240:] = texture(number)[140:, 240:]
    assert told(read_screen(frames(moving), page)) == [(0, 29, "Tidal power\nPeak flow 3.4 m/s")]
    assert all(height < HEIGHT / 2 for height in page.readings[1:])


def test_a_line_missed_for_a_moment_goes_on() -> None:
    reader = scripted(replies=[["Brack Point"], [], ["Brack Point"], ["Brack Point"], []])
    cues = list(read_screen(frames(texture(number) for number in range(8)), reader))
    assert [cue.text for cue in cues] == ["Brack Point"]
    assert cues[0].span.start_s == 0
    assert cues[0].span.end_s >= 6


@pytest.mark.parametrize(
    ("readings", "text"),
    [
        (["Learnlng rate", "Learning rate", "Learning rate"], "Learning rate"),
        (["$ git comm", "$ git commit -m", "$ git commit -m 'fix'"], "$ git commit -m 'fix'"),
    ],
)
def test_readings_of_one_line_become_one_text(readings: Sequence[str], text: str) -> None:
    reader = scripted(replies=[[reading] for reading in readings])
    cues = list(read_screen(frames(texture(number) for number in range(6)), reader))
    assert [cue.text for cue in cues] == [text]


def test_other_digits_are_another_line() -> None:
    reader = scripted(replies=[["Turbine 2 output"], ["Turbine 3 output"]])
    cues = list(read_screen(frames(texture(number) for number in range(4)), reader))
    assert [cue.text for cue in cues] == ["Turbine 2 output", "Turbine 3 output"]


def test_pieces_of_a_row_are_joined_and_specks_dropped() -> None:
    class Pieces:
        def read(self, image: Image) -> list[TextLine]:
            return [
                TextLine("0.001", 0.9, (0.40, 0.11, 0.50, 0.21)),
                TextLine("Learning rate", 0.95, (0.10, 0.10, 0.36, 0.20)),
                TextLine("X", 0.8, (0.80, 0.60, 0.82, 0.66)),
                TextLine("far right", 0.9, (0.80, 0.10, 0.95, 0.20)),
                TextLine("7", 0.95, (0.10, 0.90, 0.12, 0.96)),
            ]

    (cue,) = read_screen(frames([PAPER] * 2), Pieces())
    assert cue.text.split("\n") == ["Learning rate 0.001", "far right", "7"]


def test_cues_come_as_soon_as_they_are_gone() -> None:
    page = Page()
    first, second = page.draw("first slide"), page.draw("second one")
    seen: list[float] = []

    def watched() -> Iterator[Frame]:
        for frame in frames([first] * 5 + [second] * 95):
            seen.append(frame.time_s)
            yield frame

    assert next(read_screen(watched(), page)).text == "first slide"
    assert seen[-1] <= 10


def test_nothing_to_see() -> None:
    assert list(read_screen([], scripted("words"))) == []


def test_a_picture_that_changes_its_size_is_read_anew() -> None:
    reader = scripted("words here")
    wide = np.full((100, 400, 3), 240, np.uint8)
    (cue,) = read_screen(frames([PAPER, PAPER, wide, wide]), reader)
    assert cue.span == Span(0, 3)
    assert len(reader.sizes_px) == 2


def test_the_cost_is_counted() -> None:
    screen = Screen(scripted("words"), ChangeConfig())
    for frame in frames([PAPER] * 10):
        screen.look(frame)
    assert (screen.cost.frames, screen.cost.readings, screen.cost.area) == (10, 1, 1.0)


def test_slides_terminals_and_titles_with_the_real_reader() -> None:
    slides = [slide((f"Chapter {n}", f"Value {n * 37} kW"), (246, 244, 236), 640, 360) for n in (1, 2)]
    cues = read_screen(frames(noisy([slides[0]] * 4 + [slides[1]] * 4)), load("ocr", "rapidocr"))
    assert told(cues) == [(0, 4, "Chapter 1\nValue 37 kW"), (4, 7, "Chapter 2\nValue 74 kW")]
