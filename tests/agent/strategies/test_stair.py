"""STAIR: locate, after, ask looks behind the located span; a wrong program is repaired once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent.blocks.programs import Step, wrong

SEEN = {"answer": "he leaves", "can_tell": True, "moments": []}


def row(operation: str, *of: int, text: str = "") -> dict[str, Any]:
    return {"operation": operation, "of": list(of), "text": text}


def program(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"thought": "", "steps": list(steps)}


AFTER = program(row("locate", text="hides the key"), row("after", 1), row("ask", 2, text="what happens?"))


def test_the_look_lies_behind_the_located_span(watch: Callable[..., Any]) -> None:
    answer, model = watch("stair", {"program": AFTER, "inspect": SEEN})
    (looked,) = [request for request in model.requests if request.purpose == "inspect"]
    times = [part.time_s for message in looked.messages for part in message.parts if hasattr(part, "time_s")]
    assert min(times) >= 35
    assert max(times) <= 65
    assert "he leaves" in model.asked("answer")[0]
    assert answer.found


def test_a_wrong_program_is_repaired_once(watch: Callable[..., Any]) -> None:
    _, model = watch("stair", {"program": [program(row("ask", 1, text="?")), AFTER], "inspect": SEEN})
    assert "only to earlier steps" in model.asked("program")[1]


def test_one_that_stays_wrong_is_a_search(watch: Callable[..., Any]) -> None:
    answer, model = watch("stair", {"program": program(row("count", 1))})
    assert [request.purpose for request in model.requests] == ["program", "program", "answer"]
    assert answer.evidence


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ([], "1 to 8 steps"),
        ([Step("locate", [], "")], "needs a text"),
        ([Step("locate", [], "a"), Step("count", [1], ""), Step("ask", [2], "q")], "takes ['spans']"),
        ([Step("locate", [], "a"), Step("count", [1], ""), Step("compare", [1, 2], "q")], "of one type"),
    ],
)
def test_types_are_checked_before_anything_runs(steps: list[Step], fault: str) -> None:
    assert fault in wrong(steps)


def test_filter_keeps_what_holds(watch: Callable[..., Any]) -> None:
    steps = program(row("locate", text="the cook"), row("filter", 1, text="a man is seen"), row("count", 2))
    said = {"reason": "", "option": "B", "confidence": 0.9}
    _, model = watch("stair", {"program": steps, "yes": said})
    assert "3. <data>count : 0</data>" in model.asked("answer")[0]
