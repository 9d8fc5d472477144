"""Which stretches of a recording are heard one by one."""

from __future__ import annotations

from playhead.tools.pipeline.hearing import units
from playhead.tools.words.audio import PIECE_S


def test_units_touch_and_a_short_rest_belongs_to_the_last() -> None:
    spans = units(2.3 * PIECE_S)
    assert [span.start_s for span in spans] == [0.0, PIECE_S]
    assert spans[0].end_s == spans[1].start_s


def test_the_last_unit_ends_behind_what_the_file_says() -> None:
    """A sound that lasts 11.005 s in a file of 11.0 s was cut at its quietest moment: all of it was lost."""
    for duration_s in (0.0, 11.0, 3 * PIECE_S):
        assert units(duration_s)[-1].end_s > duration_s + 1.0
