"""Video-RAG: the question names the texts that join the pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel

WATCHED = {"answer": "under the carpet", "times_s": [], "confidence": 0.6}
SAID = {"found": True, "answer": "Under the carpet.", "cites": [1]}


def play(make: Callable[..., Any], **wanted: Any) -> tuple[Any, ScriptedModel]:
    asked = {"speech": "", "things": [], "kinds": []} | wanted
    model = ScriptedModel({"decouple": asked, "watch": WATCHED, "answer": SAID})
    return make(model, strategy="video_rag").ask("Where is the key?"), model


def test_without_things_no_register_is_asked(make: Callable[..., Any], library: Any) -> None:
    answer, model = play(make, speech="the key is hidden")
    calls = [step["calls"] for step in library.run(answer.run)["steps"] if "calls" in step]
    assert "find_entity" not in str(library.run(answer.run)["steps"])
    assert calls is not None
    assert "blue carpet" in model.asked("watch")[0]


def test_things_bring_their_lines(make: Callable[..., Any]) -> None:
    _, model = play(make, things=["coat"])
    assert "red coat" in model.asked("watch")[0]


def test_numbers_are_counted_in_pictures_alone(watch: Callable[..., Any]) -> None:
    asked = {"speech": "the cook", "things": [], "kinds": ["number"]}
    _, model = watch("video_rag", {"decouple": asked, "watch": WATCHED})
    assert "hides the key.</data>" not in model.asked("watch")[0]
