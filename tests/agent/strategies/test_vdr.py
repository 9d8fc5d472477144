"""VideoDeepResearch: an answer beside a call is ignored, a clip that was not read cannot be cited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Memory, Span, Video

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
    blind = {"answer": "", "can_tell": False, "moments": []}
    plans = [move(search), move(answer="a man")]
    answer, _ = watch("vdr", {"plan": plans, "answer": said, "inspect": blind})
    assert all(line.kind in ("speech", "screen") for line in answer.evidence)


def test_what_an_answer_rests_on_is_read_before_it_counts(
    make: Callable[..., Any], library: Library, pictures: Path
) -> None:
    library.put_video(Video("p" * 24, str(pictures), "pictures", 120.0, complete=True))
    library.add("p" * 24, [Memory("p" * 24, Span(70, 80), "caption", "A man in a coat.")])
    search = call("search_memory", query="a man in a coat", kinds=["caption"])
    said = {"found": True, "answer": "A man in a coat.", "cites": [1]}
    model = ScriptedModel({"plan": [move(search), move(answer="a man")], "answer": said, "inspect": SEEN})
    answer = make(model, strategy="vdr").ask("Who is seen?", ["pictures"])
    assert [request.purpose for request in model.requests] == ["plan", "plan", "answer", "inspect", "answer"]
    assert [(line.kind, line.number) for line in answer.evidence] == [("caption", 1)]


def test_turns_end(watch: Callable[..., Any]) -> None:
    plans = [move(call("search_memory", query=f"key {n}")) for n in range(3)]
    answer, model = watch("vdr:3", {"plan": plans})
    assert len(model.asked("plan")) == 2
    assert answer.stopped_because == "rounds"
