"""VideoRAG (HKUDS): of four clips one is relevant, and one is described anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel

REWRITE = {"names": ["cook"], "scene": "a key", "keywords": "the carpet"}
JUDGED = {"reason": "", "answer": "under the carpet", "numbers": [1], "rating": 1}
SAID = {"found": True, "answer": "Under the carpet.", "cites": [1]}


def relevant(request: Any) -> dict[str, Any]:
    yes = "blue carpet" in str(request)
    return {"reason": "", "option": "A" if yes else "B", "confidence": 0.8}


def test_only_relevant_clips_are_read(make: Callable[..., Any]) -> None:
    model = ScriptedModel({"rewrite": REWRITE, "relevant": relevant, "judge": JUDGED, "answer": SAID})
    make(model, strategy="videorag_graph").ask("Where is the key?")
    assert len(model.asked("relevant")) >= 3
    (judged,) = model.asked("judge")
    assert "30.0-60.0 s" in judged
    assert "red coat" not in judged


def test_when_none_is_left_all_are_kept(make: Callable[..., Any]) -> None:
    no = {"reason": "", "option": "B", "confidence": 0.8}
    model = ScriptedModel({"rewrite": "nothing", "relevant": no, "judge": JUDGED, "answer": SAID})
    make(model, strategy="videorag_graph").ask("Where is the key?")
    assert "red coat" in model.asked("judge")[0]
