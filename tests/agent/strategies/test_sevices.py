"""SeViCES: equal answers need no third look; different ones are the only options of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent.strategies.sevices import smoothed

OPTIONS = ("the cook", "the twin", "the horse", "nobody")
CAPTION = {"caption": "a room", "entities": []}
SAID = {"found": True, "option": "B", "answer": "The twin.", "cites": [1]}


def watched(option: str) -> dict[str, Any]:
    return {"answer": "", "option": option, "times_s": [], "confidence": 0.7}


def script(*options: str, **more: Any) -> dict[str, Any]:
    rows = {"ratings": [{"number": 1, "score": 8}]}
    return {"rate": rows, "watch": [watched(o) for o in options], "caption": CAPTION, "answer": SAID} | more


def test_equal_answers_end_it(watch: Callable[..., Any]) -> None:
    answer, model = watch("sevices", script("A", "A", answer=SAID | {"option": "A"}), options=OPTIONS)
    assert not model.asked("decide")
    assert answer.option == 0


def test_the_third_look_chooses_between_the_two(watch: Callable[..., Any]) -> None:
    _, model = watch("sevices", script("B", "C", decide=watched("B")), options=OPTIONS)
    (asked,) = model.asked("decide")
    assert "the twin" in asked
    assert "the horse" in asked
    assert "nobody" not in asked


def test_a_rating_counts_with_its_neighbours() -> None:
    assert smoothed([0, 6, 0]) == pytest.approx((1.5, 4.0, 1.5))
