"""What the loop costs, and that its prompts grow at their end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.agent.events import Reflected
from playhead.eval.loop_overhead import ROUNDS, asked, library, overhead_ms, shared
from playhead.tools.library import Library


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Library]:
    with library(tmp_path) as made:
        yield made


def test_a_prefix_cache_serves_four_fifths_of_a_question_of_four_rounds(known: Library) -> None:
    before, (events, requests, spent_s) = asked(known)[1], asked(known, 1)
    assert sum(isinstance(event, Reflected) for event in events) == ROUNDS
    assert len(requests) == ROUNDS + 1
    assert shared(requests, before) >= 0.8
    assert 0 < overhead_ms(events, spent_s) < 1000 * spent_s


def test_only_equal_beginnings_are_shared(known: Library) -> None:
    requests = asked(known)[1]
    assert shared(requests[:1]) == 0
    assert shared(requests[:1], requests[:1]) == 1
