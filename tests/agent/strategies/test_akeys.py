"""AKeyS: two routes differ, a split, then they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Memory, Span

OPTIONS = ("the cook", "the twin")


def said(option: str, rating: float) -> dict[str, Any]:
    return {"reason": "", "option": option, "answer": "", "numbers": [1], "rating": rating}


def script(summaries: list[str], reasons: list[str], **more: Any) -> dict[str, Any]:
    return {
        "summary": {"summary": "A cook, then a twin."},
        "by_summary": [said(option, 4) for option in summaries],
        "by_reasons": [said(option, 3) for option in reasons],
        "self_rating": {"rating": 3},
        "pick": {"reason": "", "numbers": [1]},
        "answer": {"found": True, "option": "B", "answer": "The twin.", "cites": [1]},
        **more,
    }


def test_agreement_at_once_is_four_calls_and_the_answer(make: Callable[..., Any]) -> None:
    model = ScriptedModel(script(["B"], ["B"]))
    answer = make(model, strategy="akeys").ask("Who finds the key?", options=OPTIONS)
    assert [request.purpose for request in model.requests] == [
        "summary", "by_summary", "by_reasons", "self_rating", "answer",
    ]  # fmt: skip
    assert answer.option == 1


def test_difference_splits_one_round(make: Callable[..., Any]) -> None:
    model = ScriptedModel(script(["A", "B"], ["B", "B"]))
    make(model, strategy="akeys").ask("Who finds the key?", options=OPTIONS)
    assert len(model.asked("pick")) == 1
    assert "5.0-6.0 s" in model.asked("by_reasons")[1]


def test_a_segment_is_chosen_by_what_changes_between_its_ends(
    make: Callable[..., Any], library: Library
) -> None:
    for start_s, text in ((0.0, "An empty room."), (10.0, "A room full of people.")):
        meta = {"granularity": "fine"}
        library.add("f" * 24, [Memory("f" * 24, Span(start_s, start_s + 1), "caption", text, meta=meta)])
    model = ScriptedModel(script(["A", "B"], ["B", "B"]))
    make(model, strategy="akeys").ask("Who finds the key?", options=OPTIONS)
    (line,) = [row for row in model.asked("pick")[0].splitlines() if row.startswith("[1] ")]
    assert "at first: caption: An empty room." in line
    assert line.endswith(
        "then: caption: A room full of people. | speech: Good morning, I am the cook of this house.</data>"
    )


def test_routes_that_never_agree_end_in_one_direct_answer(make: Callable[..., Any]) -> None:
    model = ScriptedModel(script(["A", "A"], ["B", "B"], direct=said("B", 1)))
    make(model, strategy="akeys:1").ask("Who finds the key?", options=OPTIONS)
    assert len(model.asked("direct")) == 1
    assert "5.0-6.0 s" in model.asked("direct")[0]
