"""M3-Agent: the same search twice brings other clips."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel

SAID = {"found": True, "answer": "The cook.", "cites": [1]}
JUDGED = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 1}


def turn(action: str, content: str) -> dict[str, Any]:
    return {"thought": "", "action": action, "content": content}


def play(make: Callable[..., Any], turns: list[dict[str, Any]]) -> ScriptedModel:
    model = ScriptedModel({"turn": turns, "judge": JUDGED, "answer": SAID})
    make(model, strategy="m3").ask("Who hides the key?")
    return model


def test_the_same_search_brings_other_clips(make: Callable[..., Any]) -> None:
    search = turn("search", "the cook and the key")
    model = play(make, [search, search, turn("answer", "the cook")])
    first, second = (set(re.findall(r"\] ([\d.]+)-", text)) for text in model.asked("turn")[1:])
    assert len(first) == 2
    assert first < second


def test_who_somebody_is_asks_the_register(make: Callable[..., Any]) -> None:
    model = play(make, [turn("search", "Who is the cook?"), turn("answer", "the cook")])
    assert "occurs" in model.asked("turn")[1]


def test_the_last_turn_concludes(make: Callable[..., Any]) -> None:
    model = play(make, [turn("search", f"key {n}") for n in range(4)])
    assert [request.purpose for request in model.requests] == ["turn"] * 4 + ["judge", "answer"]
