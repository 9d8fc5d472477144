"""TimeSearch: the best window is opened next; quarters where none is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WATCHED = {"answer": "the cook", "times_s": [30], "confidence": 0.9}


def yes(probability: float) -> dict[str, Any]:
    return {"reason": "", "option": "A", "confidence": probability}


def test_the_best_window_is_opened_next(watch: Callable[..., Any]) -> None:
    def judged(request: Any) -> dict[str, Any]:
        times = [p.time_s for m in request.messages for p in m.parts if hasattr(p, "time_s")]
        return yes(0.8 if min(times) >= 40 and max(times) <= 70 else 0.3)

    named = {"reason": "", "windows": [[0, 20], [40, 70], [80, 100]]}
    _, model = watch("timesearch:2", {"windows": named, "yes": judged, "watch": WATCHED})
    assert len(model.asked("windows")) == 2
    assert "40.0-70.0" in model.asked("windows")[1]


def test_quarters_where_nothing_is_named(watch: Callable[..., Any]) -> None:
    _, model = watch("timesearch:1", {"windows": "none", "yes": yes(0.4), "watch": WATCHED})
    assert len(model.asked("yes")) == 4
