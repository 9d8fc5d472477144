"""DrVideo: insufficient, a question to the ninth place, sufficient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel

JUDGED = {"reason": "", "answer": "midnight", "numbers": [1], "rating": 1}
SAID = {"found": True, "answer": "At midnight.", "cites": [1]}
LOOK = {"answer": "a clock shows twelve", "can_tell": True, "confidence": 0.5}


def check(sufficient: bool) -> dict[str, Any]:
    return {"missing": "" if sufficient else "the hour", "sufficient": sufficient}


def test_one_place_is_asked(watch: Callable[..., Any]) -> None:
    wish = {"wanted": [{"number": 9, "how": "ask", "question": "what does the clock show?"}]}
    seen = {"answer": "a clock shows twelve", "can_tell": True, "moments": []}
    checks = [check(False), check(True)]
    caption = {"caption": "a room", "entities": []}
    _, model = watch(
        "drvideo", {"check": checks, "pick": wish, "inspect": seen, "judge": JUDGED, "caption": caption}
    )
    assert len(model.asked("inspect")) == 1
    assert "what does the clock show?" in model.asked("inspect")[0]
    assert "the hour" in model.asked("pick")[0]
    assert "a clock shows twelve" in model.asked("check")[1]


def test_what_was_augmented_is_not_offered_again(make: Callable[..., Any]) -> None:
    wish = {"wanted": [{"number": 1, "how": "ask", "question": "what?"}]}
    model = ScriptedModel(
        {"check": check(False), "pick": wish, "look": LOOK, "judge": JUDGED, "answer": SAID}
    )
    answer = make(model, strategy="drvideo:2").ask("When does the twin find the key?")
    first, second = (text.count(" s: <data>") for text in model.asked("pick"))
    assert second == first - 1
    assert answer.stopped_because in ("exhausted", "not_found")
