"""LongVideo-R1: two descriptions below the top, a look, an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent.strategies.longvideo_r1 import width

SEEN = {"answer": "a red room", "can_tell": True, "moments": [[0, 1]]}


def step(tool: str, path: list[int], **more: Any) -> dict[str, Any]:
    row = {"thought": "", "tool": tool, "video": 1, "path": path, "question": "", "answer": ""}
    return row | more


@pytest.mark.parametrize(("duration_s", "parts"), [(120, 4), (4000, 6), (7200, 8), (90_000, 8)])
def test_leaves_last_some_sixteen_seconds(duration_s: float, parts: int) -> None:
    assert width(duration_s) == parts


def test_the_path_is_described_before_the_leaf_is_looked_at(watch: Callable[..., Any]) -> None:
    steps = [
        step("caption", [2, 3]), step("caption", [2, 3, 1]), step("look", [2, 3, 1], question="what colour?"),
        step("answer", [], answer="The cook."),
    ]  # fmt: skip
    answer, model = watch("longvideo_r1", {"inspect": SEEN, "step": steps})
    assert [request.purpose for request in model.requests].count("inspect") == 4 + 2 + 1
    assert "what colour?" in model.asked("inspect")[-1]
    assert answer.found


def test_a_look_describes_the_nodes_above_first(watch: Callable[..., Any]) -> None:
    steps = [step("look", [1, 1, 1], question="what?"), step("answer", [], answer="The cook.")]
    _, model = watch("longvideo_r1", {"inspect": SEEN, "step": steps})
    assert len(model.asked("inspect")) == 4 + 2 + 1
    assert "Node [1, 1, 1]" in model.asked("step")[1]


def test_a_node_that_is_not_there_is_told_the_range(watch: Callable[..., Any]) -> None:
    steps = [step("caption", [9]), step("answer", [], answer="The cook.")]
    _, model = watch("longvideo_r1", {"inspect": SEEN, "step": steps})
    assert "There is no node [9]" in model.asked("step")[1]
    assert "from 1 to 4" in model.asked("step")[1]


def test_after_the_last_round_all_that_is_known_answers(watch: Callable[..., Any]) -> None:
    judged = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 1}
    answer, model = watch("longvideo_r1:2", {"inspect": SEEN, "step": step("caption", [1]), "judge": judged})
    assert len(model.asked("step")) == 2
    assert len(model.asked("judge")) == 1
    assert answer.stopped_because in ("exhausted", "not_found")


def test_a_way_that_needs_more_calls_than_a_round_has_is_paid_for_by_later_rounds(
    watch: Callable[..., Any],
) -> None:
    judged = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 1}
    looks = [step("look", [1, 1, 1]), step("look", [2, 2, 2]), step("look", [3, 3, 3])]
    _, model = watch("longvideo_r1:3", {"inspect": SEEN, "step": looks, "judge": judged})
    assert len(model.asked("step")) + len(model.asked("inspect")) <= 4 + 2 * 3
    assert len(model.asked("judge")) == 1
