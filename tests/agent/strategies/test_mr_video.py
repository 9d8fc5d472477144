"""MR. Video: a map over chunks, looks only where they point."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Clip, Memory, Span

INTENT = {"reasoning": "there", "numbers": [], "confidence": 3, "characters": ""}
PLAN = {"kind": "local", "numbers": [40, 41], "local_question": "who is it?", "global_question": "who?"}
MERGED = {"reason": "", "answer": "the cook", "numbers": [1], "rating": 5}


def named(request: Any) -> dict[str, Any]:
    """The second chunk names its eighth and ninth scene: the fortieth and the forty-first."""
    return INTENT | {"numbers": [8, 9] if "54.9-" in str(request) else []}


def script(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "intent": named,
        "plan_looks": plan,
        "inspect": {"answer": "the cook", "can_tell": True, "moments": []},
        "look": {"answer": "the cook", "can_tell": True, "confidence": 0.5},
        "merge": MERGED,
    }


def test_seventy_scenes_are_three_chunks_and_looks_stay_near_the_named(
    make: Callable[..., Any], library: Any
) -> None:
    spans = [Span(n * 12 / 7, (n + 1) * 12 / 7) for n in range(70)]
    library.put_clips("f" * 24, [Clip(n, span, "scene") for n, span in enumerate(spans)])
    library.add(
        "f" * 24, [Memory("f" * 24, span, "caption", f"scene {n + 1}") for n, span in enumerate(spans)]
    )
    said = {"found": True, "answer": "The cook.", "cites": [1]}
    model = ScriptedModel(script(PLAN) | {"answer": said})
    make(model, strategy="mr_video").ask("Who hides the key?")
    assert len(model.asked("intent")) == 3
    looked = [int(n) for text in model.asked("look") for n in re.findall(r"scene (\d+)", text)]
    assert looked
    assert set(looked) <= {39, 40, 41, 42}


def test_a_global_question_surveys_everything(watch: Callable[..., Any]) -> None:
    _, model = watch(
        "mr_video", script(PLAN | {"kind": "global"}) | {"caption": {"caption": "a room", "entities": []}}
    )
    assert len(model.asked("inspect")) == 1


def test_a_chunk_that_fails_contributes_nothing(watch: Callable[..., Any]) -> None:
    answer, model = watch("mr_video", script(PLAN) | {"intent": "nonsense", "caption": "nothing"})
    assert model.asked("merge")
    assert answer.text
