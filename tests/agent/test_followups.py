from __future__ import annotations

import pytest

from playhead.agent.followups import by_rules, standalone
from playhead.agent.state import Turn
from playhead.tools.errors import ModelUnreachableError
from playhead.tools.models.scripted import ScriptedModel

KEY = (Turn("Who hides the key?", "The cook."),)
MARTA = (Turn("What does Marta carry?", "A lamp."),)


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (KEY, "Where is it found?", "Where is the key found?"),
        (KEY, "What colour are its teeth?", "What colour are the key's teeth?"),
        (MARTA, "Where does she go?", "Where does Marta go?"),
        (MARTA, "What is her job?", "What is Marta's job?"),
        (KEY, "Why?", "Why? (Who hides the key)"),
        (KEY, "And in the garden?", "in the garden? (Who hides the key)"),
        (KEY, "When does the twin wake up?", "When does the twin wake up?"),
        (KEY, "What lies on that wooden table?", "What lies on that wooden table?"),
        (KEY, "What time is it in the kitchen?", "What time is it in the kitchen?"),
        ((*MARTA, Turn("Why?", "Because.")), "Where does she go?", "Where does Marta go?"),
    ],
)
def test_rules_complete_a_follow_up(history: tuple[Turn, ...], question: str, whole: str) -> None:
    assert by_rules(question, history) == whole


async def test_the_first_question_stands_alone() -> None:
    assert await standalone("Where is it?", (), ScriptedModel({})) == "Where is it?"


async def test_a_model_rewrites_and_sees_the_history_as_data() -> None:
    model = ScriptedModel({"rewrite": {"question": "Where is the key found?"}})
    assert await standalone("Where is it found?", KEY, model) == "Where is the key found?"
    assert "<data>Who hides the key?</data>" in model.asked("rewrite")[0]


@pytest.mark.parametrize(
    "reply", ["nonsense", {"question": ""}, {"question": "x" * 9999}, ModelUnreachableError("no")]
)
async def test_when_the_model_fails_the_rules_do_it(reply: object) -> None:
    model = ScriptedModel({"rewrite": reply})  # type: ignore[dict-item]
    assert await standalone("Where is it found?", KEY, model) == "Where is the key found?"
