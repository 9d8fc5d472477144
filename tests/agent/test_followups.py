from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from playhead.agent.followups.rules import by_rules, leans
from playhead.agent.followups.standalone import FollowUp, standalone
from playhead.agent.state import Turn
from playhead.tools.errors import ModelUnreachableError
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Vectors

KEY = (Turn("Who hides the key?", "The cook."),)
FOUND = FollowUp("Where is the key found?", leans=True)
TALL = (Turn("How tall is the mill at the harbour?", "31 metres."),)
FIRST = (Turn("What did the first test measure?", "Heat."),)
SIZE = (Turn("How big is the door of the mill?", "Two metres."),)
ADVICE = "Which advice does he give about the colour of old doors"
EKMAN = (Turn("Who described the faces?", "Talk: Paul Ekman did, long ago."),)
SLIDE = (Turn("Who built the mill?", "The first mill / Built in 1788 / Flour for nine villages"),)
STOOD = (Turn("When did turbine two stand still?", "On Monday."),)
MARTA = (Turn("What does Marta carry?", "A lamp."),)


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (KEY, "Where is it found?", "Where is the key found?"),
        (KEY, "What colour are its teeth?", "What colour are the key's teeth?"),
        (MARTA, "Where does she go?", "Where does Marta go?"),
        (MARTA, "What is her job?", "What is Marta's job?"),
        (KEY, "Why?", "Why? (Who hides the key)"),
        (STOOD, "Why?", "Why did turbine two stand still?"),
        (STOOD, "And its rated power?", "its rated power? (When did turbine two stand still)"),
        (TALL, "What is it made of?", "What is the mill made of?"),
        (TALL, "And the lighthouse?", "How tall is the lighthouse at the harbour?"),
        (FIRST, "What about the second one?", "What did the second test measure?"),
        (FIRST, "and before that?", "before that? (What did the first test measure)"),
        ((*SIZE, Turn(f"{ADVICE}?", "Paint.")), "Why?", f"Why? ({ADVICE})"),
        (
            (Turn("What is a wakelock?", "A lock."),),
            "When should I use one?",
            "When should I use the wakelock?",
        ),
        ((*KEY, Turn("Who said that?", "Ada.")), "And before that?", "before that? (Who hides the key)"),
        ((*KEY, Turn("Where is it found?", "Here.")), "Who is Melissa?", "Who is Melissa?"),
        (EKMAN, "Where did he live?", "Where did Paul Ekman live?"),
        (SLIDE, "And her diary?", "her diary? (Who built the mill)"),
        ((*TALL, Turn("Why?", "Because.")), "What is it made of?", "What is the mill made of?"),
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
    assert await standalone("Where is it?", (), ScriptedModel({})) == FollowUp("Where is it?")


async def test_a_model_rewrites_and_sees_the_history_as_data() -> None:
    model = ScriptedModel({"rewrite": {"question": "Where is the key found?"}})
    assert await standalone("Where is it found?", KEY, model) == FOUND
    assert "<data>Who hides the key?</data>" in model.asked("rewrite")[0]


@pytest.mark.parametrize(
    "reply", ["nonsense", {"question": ""}, {"question": "x" * 9999}, ModelUnreachableError("no")]
)
async def test_when_the_model_fails_the_rules_do_it(reply: object) -> None:
    model = ScriptedModel({"rewrite": reply})  # type: ignore[dict-item]
    assert await standalone("Where is it found?", KEY, model) == FOUND


def test_what_is_named_takes_the_place_of_what_is_most_like_it() -> None:
    meanings = {"the mill": [1.0, 0.0], "sight": [0.0, 1.0], "the harbour": [0.0, 1.0]}
    meanings |= {"the lighthouse": [0.9, 0.1], "hedgehogs": [0.7, 0.7], "foxes": [0.7, 0.7]}

    def embed(texts: Sequence[str]) -> Vectors:
        return np.array([meanings[text] for text in texts], np.float32)

    bare = (Turn("What are hedgehogs in the harbour?", "Guests."),)
    assert by_rules("And foxes?", bare, embed) == "What are foxes in the harbour?"
    of = (Turn("How old is the harbour of the mill?", "A year."),)
    assert by_rules("And the lighthouse?", of, embed) == "How old is the harbour of the lighthouse?"
    tall = (Turn("How tall is the mill in sight of the harbour?", "31 metres."),)
    whole = by_rules("And the lighthouse?", tall, embed)
    assert whole == "How tall is the lighthouse in sight of the harbour?"


@pytest.mark.parametrize("question", ["and did it stop", "Why?", "Which window was it?", "What is next?"])
def test_questions_that_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", ["When does the last train leave?", "Is there a red boat?"])
def test_questions_that_stand_alone(question: str) -> None:
    assert not leans(question)
