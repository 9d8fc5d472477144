"""VideoDeepResearch: an answer beside a call is ignored, a clip that was not read cannot be cited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SEEN = {"answer": "a man in a coat", "can_tell": True, "moments": [[70, 72]]}


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments}


def move(*calls: dict[str, Any], answer: str = "") -> dict[str, Any]:
    return {"thought": "", "calls": list(calls), "answer": answer}


def test_an_answer_beside_a_call_is_ignored(watch: Callable[..., Any]) -> None:
    look = call("inspect_frames", spans=[[70, 80]], question="who?")
    _, model = watch("vdr", {"plan": [move(look, answer="the twin"), move(answer="a man")], "inspect": SEEN})
    assert [request.purpose for request in model.requests] == ["plan", "inspect", "plan", "answer"]


def test_a_clip_that_was_not_read_cannot_be_cited(watch: Callable[..., Any]) -> None:
    search = call("search_memory", query="a caption of a door", kinds=["frame", "caption"])
    said = {"found": True, "answer": "A man opens the door.", "cites": [1, 2]}
    answer, _ = watch("vdr", {"plan": [move(search), move(answer="a man")], "answer": said})
    assert all(line.kind in ("speech", "screen") for line in answer.evidence)


def test_turns_end(watch: Callable[..., Any]) -> None:
    plans = [move(call("search_memory", query=f"key {n}")) for n in range(3)]
    answer, model = watch("vdr:3", {"plan": plans})
    assert len(model.asked("plan")) == 2
    assert answer.stopped_because == "rounds"
