"""Active Video Perception: the complaint about the first look stands in the second plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.tools.protocols import ImagePart

SEEN = {"answer": "a sign", "can_tell": True, "moments": []}


def aim(**more: Any) -> dict[str, Any]:
    row = {
        "thought": "",
        "mode": "region",
        "video": 1,
        "regions": [[20, 40]],
        "fps": 2,
        "detail": "low",
        "goal": "g",
    }
    return row | more


def thought(confidence: float, *, sufficient: bool = True, why: str = "") -> dict[str, Any]:
    return {"justification": why, "candidate": "the cook", "sufficient": sufficient, "confidence": confidence}


def test_the_complaint_steers_the_next_look(watch: Callable[..., Any]) -> None:
    thoughts = [thought(0.5, why="the text is too small"), thought(0.8)]
    plans = [aim(), aim(detail="medium")]
    _, model = watch("avp", {"plan_look": plans, "inspect": SEEN, "reflect_look": thoughts})
    assert "too small" in model.asked("plan_look")[1]
    assert len(model.asked("inspect")) == 2
    assert len(model.asked("reflect_look")) == 2


def test_sure_of_what_does_not_suffice_goes_on(watch: Callable[..., Any]) -> None:
    thoughts = [thought(0.9, sufficient=False), thought(0.9)]
    plans = [aim(), aim(regions=[[60, 80]])]
    _, model = watch("avp", {"plan_look": plans, "inspect": SEEN, "reflect_look": thoughts})
    assert len(model.asked("inspect")) == 2


def test_the_last_round_ends_without_reflection(watch: Callable[..., Any]) -> None:
    plans = [aim(regions=[[n, n + 5]]) for n in (0, 30, 60)]
    answer, model = watch("avp", {"plan_look": plans, "inspect": SEEN, "reflect_look": thought(0.1)})
    assert len(model.asked("inspect")) == 3
    assert len(model.asked("reflect_look")) == 2
    assert answer.stopped_because == "rounds"


@pytest.mark.parametrize(
    ("question", "looked_at"),
    [
        ("Why is he sad?", (45.0, 75.0)),
        ("Who enters?", (60.0, 61.0)),
        ("Who enters around 1:00?", (45.0, 75.0)),
    ],
)
def test_vague_times_are_looked_at_with_room(
    watch: Callable[..., Any], question: str, looked_at: tuple[float, float]
) -> None:
    _, model = watch("avp:1", {"plan_look": aim(regions=[[60, 60]], fps=0), "inspect": SEEN}, question)
    (request,) = [request for request in model.requests if request.purpose == "inspect"]
    parts = [part for message in request.messages for part in message.parts]
    times = [part.time_s or 0.0 for part in parts if isinstance(part, ImagePart)]
    assert looked_at[0] <= min(times) <= max(times) <= looked_at[1]
    assert len(times) == max(2, min(50, 2 * int(looked_at[1] - looked_at[0])))


def test_the_whole_is_seen_again_only_sharper(watch: Callable[..., Any]) -> None:
    plan = aim(mode="uniform", regions=[])
    _, model = watch("avp:5", {"plan_look": plan, "inspect": SEEN, "reflect_look": thought(0.1)})
    assert len(model.asked("inspect")) == 2


def test_without_a_plan_the_whole_is_seen_thinly(watch: Callable[..., Any]) -> None:
    _, model = watch("avp:1", {"plan_look": "hm", "inspect": SEEN})
    assert len(model.asked("inspect")) == 1
