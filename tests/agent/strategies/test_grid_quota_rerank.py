"""Strategies over mosaics: one grid, sizes by rating, an order of grids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent.strategies.quota import sizes_px
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ImagePart
from playhead.tools.types import Memory, Span

WATCHED = {"answer": "the cook", "times_s": [30], "confidence": 0.9}


def shown(request: Any) -> list[ImagePart]:
    return [part for message in request.messages for part in message.parts if isinstance(part, ImagePart)]


def test_a_grid_is_one_picture(watch: Callable[..., Any]) -> None:
    answer, model = watch("grid", {"watch": WATCHED})
    (asked,) = [request for request in model.requests if request.purpose == "watch"]
    assert len(shown(asked)) == 1
    assert answer.evidence[0].span.start_s == pytest.approx(30, abs=10)


def test_sizes_follow_the_square_of_the_score() -> None:
    assert sizes_px([10, 9, 6, 2, 0], 3) == [768, 768, 512, 0, 0]
    assert sizes_px([10, 3], 2) == [768, 256]


def test_without_any_score_all_are_equal() -> None:
    assert sizes_px([0.0] * 6, 3) == [0, 512, 0, 512, 0, 512]


def test_pictures_that_were_rated_high_are_the_largest(watch: Callable[..., Any]) -> None:
    wanted = {"speech": "", "things": ["a key"], "kinds": []}
    rows = {"ratings": [{"number": 2, "score": 10}, {"number": 3, "score": 3}]}
    _, model = watch("quota:4", {"decouple": wanted, "rate": rows, "watch": WATCHED})
    assert "a key" in model.asked("rate")[0]
    (asked,) = [request for request in model.requests if request.purpose == "watch"]
    assert len(shown(asked)) == 4


def test_what_was_found_more_than_once_is_told(make: Callable[..., Any], library: Library) -> None:
    library.add("f" * 24, [Memory("f" * 24, Span(31, 33), "screen", "THE KEY")])
    model = ScriptedModel(
        {"order": {"numbers": [1]}, "look": {"answer": "", "can_tell": False, "confidence": 0}}
    )
    make(model, strategy="rerank").ask("Where is the key?")
    (line,) = [row for row in model.asked("order")[0].splitlines() if "30.0-40.0 s" in row]
    assert ", found 2 times: " in line


def test_doubles_in_an_order_are_dropped_and_the_missing_appended(watch: Callable[..., Any]) -> None:
    seen = {"answer": "no", "can_tell": False, "moments": []}
    _, model = watch("rerank", {"order": {"numbers": [3, 3, 1]}, "inspect": seen}, "cook key")
    looks = [request for request in model.requests if request.purpose == "inspect"]
    assert len(looks) <= 3
    assert len({tuple(part.time_s for part in shown(look)) for look in looks}) == len(looks)
