"""Several strategies: two that agree end it; else support decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playhead.tools.errors import UsageError
from playhead.tools.metering import Budget
from playhead.tools.models.scripted import ScriptedModel

OPTIONS = ("the cook", "the twin")


def said(option: str) -> dict[str, Any]:
    return {"found": True, "option": option, "answer": "", "cites": [1]}


def play(make: Callable[..., Any], members: str, *options: str, **settings: Any) -> tuple[Any, ScriptedModel]:
    model = ScriptedModel({"answer": [said(option) for option in options]})
    agent = make(model, strategy=f"ensemble:{members}", **settings)
    return agent.ask("Who finds the key at midnight?", options=OPTIONS), model


def test_two_that_agree_end_it(make: Callable[..., Any]) -> None:
    answer, model = play(make, "topk,blind,topk:3", "B", "B")
    assert answer.option == 1
    assert len(model.requests) == 2


def test_without_agreement_all_are_asked(make: Callable[..., Any]) -> None:
    answer, model = play(make, "topk,blind", "B", "A")
    assert len(model.requests) == 2
    assert answer.option == 1


def test_the_budget_is_one(make: Callable[..., Any]) -> None:
    answer, model = play(make, "topk,blind,topk:3", "A", budget=Budget(model_calls=1))
    assert len(model.requests) <= 1
    assert answer.text


@pytest.mark.parametrize("members", ["ensemble", " , "])
def test_an_ensemble_needs_others(make: Callable[..., Any], members: str) -> None:
    with pytest.raises(UsageError, match="name other strategies"):
        play(make, members, "A")
