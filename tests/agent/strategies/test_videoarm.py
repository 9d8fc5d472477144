"""VideoARM: an equal snapshot is refused, the pictures end, only the newest are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.protocols import ImagePart

SCENE = {"description": "a red room"}
LOOK = {"answer": "a key", "can_tell": True, "moments": []}


def step(tool: str, start_s: float = 0, end_s: float = 60, **more: Any) -> dict[str, Any]:
    row = {
        "thought": "", "tool": tool, "video": 1, "start_s": start_s, "end_s": end_s, "frames": 30,
        "question": "", "answer": "",
    }  # fmt: skip
    return row | more


def test_an_equal_snapshot_is_refused(watch: Callable[..., Any]) -> None:
    steps = [step("snapshot"), step("snapshot"), step("answer", answer="the cook")]
    _, model = watch("videoarm", {"step": steps, "scene": SCENE})
    assert len(model.asked("scene")) == 1
    assert "made before" in model.asked("step")[2]


def test_the_first_step_must_use_a_tool(watch: Callable[..., Any]) -> None:
    steps = [step("answer", answer="x"), step("look", question="what?"), step("answer", answer="a key")]
    _, model = watch("videoarm", {"step": steps, "inspect": LOOK})
    assert "Use a tool" in model.asked("step")[1]
    assert "a key" in model.asked("step")[2]


def test_two_hundred_and_forty_pictures_are_the_end(watch: Callable[..., Any]) -> None:
    steps = [step("snapshot", 20 * n, 20 * n + 20, frames=60) for n in range(6)]
    steps += [step("look", question="what?"), step("answer", answer="a room")]
    _, model = watch("videoarm", {"step": steps, "scene": SCENE})
    assert len(model.asked("scene")) == 6
    assert "No more pictures" in model.asked("step")[7]


def test_only_the_newest_pictures_are_shown(watch: Callable[..., Any]) -> None:
    steps = [step("snapshot", 0, 10), step("snapshot", 60, 70), step("answer", answer="a room")]
    _, model = watch("videoarm", {"step": steps, "scene": SCENE})
    asked = [request for request in model.requests if request.purpose == "step"]
    shown = [
        sum(isinstance(part, ImagePart) for m in request.messages for part in m.parts) for request in asked
    ]
    assert shown[0] == 0
    assert shown[1] == shown[2] > 0
