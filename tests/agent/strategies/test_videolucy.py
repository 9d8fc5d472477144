"""VideoLucy: unsure, a minute, unsure, ten seconds of it, sure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel


def verdict(rating: int) -> dict[str, Any]:
    return {"reason": "too coarse", "answer": "a man", "numbers": [2], "rating": rating}


def script(*ratings: int, **more: Any) -> dict[str, Any]:
    return {
        "judge": [verdict(rating) for rating in ratings],
        "scope": {"reason": "", "asks": "one_place", "numbers": [2]},
        "answer": {"found": True, "answer": "A man in a red coat.", "cites": [1]},
        **more,
    }


def test_a_sure_coarse_answer_ends_it(make: Callable[..., Any]) -> None:
    model = ScriptedModel(script(1))
    make(model, strategy="videolucy").ask("Who opens the door?")
    assert [request.purpose for request in model.requests] == ["judge", "answer"]


def test_it_goes_from_a_minute_to_ten_seconds_to_one(make: Callable[..., Any]) -> None:
    picks = [{"number": 2, "instruction": "watch the door"}, {"number": 4, "instruction": "watch the coat"}]
    model = ScriptedModel(script(0, 0, 1, pick=picks))
    answer = make(model, strategy="videolucy").ask("Who opens the door?")
    asked = [request.purpose for request in model.requests]
    assert asked == ["judge", "scope", "pick", "judge", "pick", "judge", "answer"]
    assert "70.0-80.0 s" in model.asked("judge")[1]
    assert "[2] 60.0-120.0" not in model.asked("pick")[1]
    assert answer.evidence


def test_a_period_is_not_described_twice_and_the_depth_ends_it(make: Callable[..., Any]) -> None:
    model = ScriptedModel(script(0, 0, 0, pick={"number": 99, "instruction": ""}))
    answer = make(model, strategy="videolucy:2").ask("Who opens the door?")
    assert answer.stopped_because in ("exhausted", "not_found")
    assert len(model.asked("pick")) == 2
