"""VideoAgent: rated 2, one moment fetched inside the named segment, rated 3."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel

JUDGED = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 1}
WISH = {"reason": "", "wanted": [{"segment": 2, "description": "the cook hides the key"}]}
SAID = {"found": True, "answer": "The cook.", "cites": [1]}


def test_one_fetch_inside_the_named_segment(make: Callable[..., Any]) -> None:
    ratings = [{"rating": 2}, {"rating": 3}]
    model = ScriptedModel({"judge": JUDGED, "self_rating": ratings, "wish": WISH, "answer": SAID})
    make(model, strategy="videoagent").ask("Who hides the key?")
    assert [request.purpose for request in model.requests] == [
        "judge", "self_rating", "wish", "judge", "self_rating", "answer",
    ]  # fmt: skip
    low, high = map(float, re.findall(r"2\. video 1, ([\d.]+)-([\d.]+) s", model.asked("wish")[0])[0])
    times = set(re.findall(r"\] ([\d.]+)-", model.asked("judge")[1])) - set(
        re.findall(r"\] ([\d.]+)-", model.asked("judge")[0])
    )
    assert len(times) == 1
    assert low <= float(times.pop()) <= high
    assert "The cook hides the key under the blue carpet." in model.asked("judge")[1]


def test_sure_at_once_is_three_calls(make: Callable[..., Any]) -> None:
    model = ScriptedModel({"judge": JUDGED, "self_rating": {"rating": 3}, "answer": SAID})
    make(model, strategy="videoagent").ask("Who hides the key?")
    assert len(model.requests) == 3


def test_the_third_answer_is_not_rated(watch: Callable[..., Any]) -> None:
    captions = {"caption": {"caption": "a room", "entities": []}}
    wishes = [WISH, {"reason": "", "wanted": [{"segment": 1, "description": "a door"}]}]
    _, model = watch(
        "videoagent", {"judge": JUDGED, "self_rating": {"rating": 1}, "wish": wishes, **captions}
    )
    assert len(model.asked("judge")) == 3
    assert len(model.asked("self_rating")) == 2
