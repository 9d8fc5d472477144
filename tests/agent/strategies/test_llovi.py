"""LLoVi: the summary answers, not the captions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.metering import Budget
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.protocols import ImagePart

SCRIPT: dict[str, Any] = {
    "summary": {"summary": "At 30 s the cook hides something."},
    "judge": {"reason": "told", "answer": "under the carpet", "numbers": [1], "rating": 1},
    "answer": {"found": True, "answer": "Under the blue carpet.", "cites": [1]},
}


def test_the_summary_answers_and_not_the_captions(make: Callable[..., Any]) -> None:
    model = ScriptedModel(SCRIPT)
    make(model, strategy="llovi").ask("Where is the key?")
    assert [request.purpose for request in model.requests] == ["summary", "judge", "answer"]
    (judged,) = model.asked("judge")
    assert "hides something" in judged
    assert "blue carpet" not in judged
    assert "blue carpet" in model.asked("answer")[0]


def test_without_a_summary_the_captions_answer(make: Callable[..., Any]) -> None:
    model = ScriptedModel(SCRIPT | {"summary": "no"})
    make(model, strategy="llovi").ask("Where is the key?")
    assert "blue carpet" in model.asked("judge")[0]


def test_what_the_budget_cannot_describe_closely_is_described_with_fewer_pictures(
    watch: Callable[..., Any],
) -> None:
    seen = {"caption": "A wall.", "actions": [], "entities": [], "screen_text": [], "place": ""}
    answer, model = watch("llovi", {**SCRIPT, "caption": seen}, budget=Budget(frames=240))
    described = [request for request in model.requests if request.purpose == "caption"]
    shown = [sum(isinstance(part, ImagePart) for part in request.messages[0].parts) for request in described]
    assert shown == [2] * 60
    assert not answer.stopped_because.startswith("budget")
