"""Words of a recording as a reader wants them."""

from __future__ import annotations

import pytest

from playhead.tools.words.excerpts import verbatim


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Um, well, there's a tool.", "Well, there's a tool."),
        ("It has a - a red stripe.", "It has a red stripe."),
        ("So, uh, we, you know, begin.", "So we begin."),
        ("[laughs] Yes.", "Yes."),
        ("Uh.", "Uh."),
        ("It reads 0 0 1 1.", "It reads 0 0 1 1."),
    ],
)
def test_hesitation_and_repetition_are_left_out(said: str, read: str) -> None:
    assert verbatim(said) == read
