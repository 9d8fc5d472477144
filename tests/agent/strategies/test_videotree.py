"""VideoTree: only the group that is rated 3 in its place gets sixteen leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Memory, Span

FILM = "f" * 24
SAID = {"found": True, "answer": "The cook.", "cites": [1]}
KINDS = ("kitchen", "harbour", "forest", "train", "office", "beach", "tower", "cellar")

JUDGED = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 1}


def ratings(*scores: int) -> dict[str, Any]:
    return {"ratings": [{"number": number, "score": score} for number, score in enumerate(scores, 1)]}


def test_only_what_matters_is_split(library: Any, make: Callable[..., Any]) -> None:
    spans = [Span(n, n + 1) for n in range(120)]
    words = [f"{KINDS[n // 15]} " * 8 + f"{n}" for n in range(120)]
    told = zip(spans, words, strict=True)
    fine = {"granularity": "fine"}
    library.add(FILM, [Memory(FILM, span, "caption", text, meta=fine) for span, text in told])
    model = ScriptedModel({"rate": ratings(1, 1, 3, 3, 3, 3), "judge": JUDGED, "answer": SAID})
    make(model, strategy="videotree").ask("Who hides the key?")
    assert len(model.asked("rate")) == 1
    said = model.asked("judge")[0]
    shown = [sum(f"{kind} " in line for line in said.splitlines()) for kind in KINDS]
    assert shown[0] == shown[1] == 1
    assert all(count > 4 for count in shown[2:6])


def test_a_missing_rating_splits_nothing(make: Callable[..., Any]) -> None:
    model = ScriptedModel({"rate": "none", "judge": JUDGED, "answer": SAID})
    make(model, strategy="videotree").ask("Who hides the key?")
    assert len(model.asked("judge")) == 1
