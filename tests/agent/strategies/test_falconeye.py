"""FALCONEye: confidence of tokens rises by zooming; without tokens the limit of looks decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import log
from typing import Any

import pytest

from playhead.agent.strategies.falconeye import frames

OPTIONS = ("the cook", "the twin")
RANK = {"reason": "", "numbers": [1]}
JUDGED = {"reason": "", "option": "A", "answer": "the cook", "numbers": [1], "rating": 1}
SAID = {"found": True, "option": "A", "answer": "The cook.", "cites": [1]}
CAPTION = {"caption": "a room", "entities": []}


def watched(probability: float) -> dict[str, Any]:
    reply = {"answer": "", "option": "A", "times_s": [], "confidence": 0.9}
    before, _, after = json.dumps(reply).partition('"A"')
    tokens = [[f'{before}"', 0.0], ["A", log(probability), {"B": log(1 - probability)}], [f'"{after}', 0.0]]
    return {"$reply": json.dumps(reply), "$tokens": tokens}


@pytest.mark.parametrize(("duration_s", "count"), [(1, 2), (5, 10), (60, 30), (600, 50)])
def test_short_windows_are_seen_densely(duration_s: float, count: int) -> None:
    assert frames(duration_s) == count


def test_it_zooms_until_the_token_is_sure(watch: Callable[..., Any]) -> None:
    looks = [watched(0.6), watched(0.7), watched(0.95)]
    script = {"rank": RANK, "zoom": RANK, "watch": looks, "caption": CAPTION, "answer": SAID}
    _, model = watch("falconeye", script, options=OPTIONS)
    assert len(model.asked("watch")) == 3
    assert len(model.asked("zoom")) == 1


def test_without_tokens_the_limit_ends_it_and_all_is_judged(watch: Callable[..., Any]) -> None:
    plain = {"answer": "the cook", "option": "A", "times_s": [], "confidence": 0.99}
    script = {"rank": RANK, "zoom": RANK, "watch": plain, "judge": JUDGED, "caption": CAPTION, "answer": SAID}
    _, model = watch("falconeye:3", script, options=OPTIONS)
    assert len(model.asked("watch")) == 3
    assert len(model.asked("judge")) == 1
