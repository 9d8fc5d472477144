"""Which stretches of a recording are heard one by one."""

from __future__ import annotations

from playhead.tools.pipeline.hearing import units
from playhead.tools.words.audio import PIECE_S


def test_units_touch_and_a_short_rest_belongs_to_the_last() -> None:
    spans = units(2.3 * PIECE_S)
    assert [span.start_s for span in spans] == [0.0, PIECE_S]
    assert spans[0].end_s == spans[1].start_s
