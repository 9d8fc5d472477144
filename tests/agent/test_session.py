"""Conversations: follow-ups, kept evidence, cancelled questions, restarts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.events import Answered
from playhead.tools.errors import UsageError
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel

Make = Callable[..., VideoAgent]
FIND = {
    "thought": "",
    "calls": [{"tool": "search_memory", "arguments": {"query": "hides the key", "limit": 1}}],
}
ENOUGH = {"thought": "", "calls": []}
REFLECT = {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9}


def answer(text: str) -> dict[str, Any]:
    return {"found": True, "answer": text, "cites": [1]}


def talk(**more: Any) -> ScriptedModel:
    script: dict[str, Any] = {
        "plan": [FIND, ENOUGH],
        "rewrite": [{"question": "Where does the cook hide the key?"}],
        "reflect": REFLECT,
        "answer": [answer("The cook."), answer("Under the carpet.")],
    }
    return ScriptedModel({**script, **more})


def test_a_follow_up_stands_alone_and_starts_with_the_kept_evidence(make: Make, library: Library) -> None:
    model = talk()
    session = make(model).chat(["film.mkv"])
    session.ask("Who hides the key?")
    second = session.ask("Where does he hide it?")
    assert second.text == "Under the carpet."
    assert [line.text for line in second.evidence] == ["The cook hides the key under the blue carpet."]
    prompt = model.asked("plan")[1]
    assert "Question: Where does the cook hide the key?" in prompt
    assert "Asked earlier: <data>Who hides the key?</data>" in prompt
    assert "[1] 30.0-35.0 s, speech: <data>The cook hides the key" in prompt
    stored = library.run(second.run)
    assert stored is not None
    assert (stored["asked"], stored["question"]) == (
        "Where does he hide it?",
        "Where does the cook hide the key?",
    )
    assert session.usage.model_calls == 3 + 3
    assert [turn.question for turn in session.history] == ["Who hides the key?", "Where does he hide it?"]


def test_a_conversation_survives_a_restart(make: Make) -> None:
    first = make(talk()).chat(["film.mkv"])
    first.ask("Who hides the key?")
    model = ScriptedModel(
        {
            "rewrite": [{"question": "Where does the cook hide the key?"}],
            "plan": [ENOUGH],
            "answer": [answer("Under the carpet.")],
        }
    )
    again = make(model).chat(resume="last")
    assert (again.id, again.videos) == (first.id, ("film.mkv",))
    assert again.history == first.history
    assert again.ask("Where does he hide it?").evidence[0].span == first.evidence[0].span
    assert make(model).chat(resume=first.id).history == again.history


@pytest.mark.parametrize("name", ["last", "chat-nothing", "nothing"])
def test_only_a_stored_conversation_can_be_resumed(make: Make, name: str) -> None:
    with pytest.raises(UsageError, match="no such conversation"):
        make(talk()).chat(resume=name)


async def test_a_cancelled_question_leaves_the_conversation_as_it_was(make: Make) -> None:
    started = threading.Event()

    async def stall(_: Any) -> None:
        started.set()
        await asyncio.Event().wait()

    model = talk(
        plan=[FIND, ENOUGH, ENOUGH],
        rewrite={"question": "Where does the cook hide the key?"},
        answer=[answer("The cook."), stall, answer("Under the carpet.")],
    )
    session = make(model).chat(["film.mkv"])
    await session.aask("Who hides the key?")
    before = (session.history, session.evidence)
    asking = asyncio.create_task(session.aask("Where does he hide it?"))
    assert await asyncio.to_thread(started.wait, 300)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (session.history, session.evidence) == before
    assert (await session.aask("Where does he hide it?")).text == "Under the carpet."


def test_without_a_model_rules_complete_the_follow_up(make: Make, library: Library) -> None:
    session = make().chat(["film.mkv"])
    session.ask("Who hides the key?")
    second = session.ask("Who finds it?")
    stored = library.run(second.run)
    assert stored is not None
    assert stored["question"] == "Who finds the key?"
    assert "twin" in second.text


async def test_the_turn_is_saved_when_the_answer_is_told(make: Make, library: Library) -> None:
    session = make(talk()).chat(["film.mkv"])
    async for event in session.stream("Who hides the key?"):
        if isinstance(event, Answered):
            stored = library.run(session.id)
            assert stored is not None
            turn = {"question": "Who hides the key?", "answer": "The cook.", "run": event.answer.run}
            assert stored["turns"] == [turn]


def test_what_was_not_found_does_not_move_the_place_of_the_last_answer(make: Make) -> None:
    session = make().chat(["film.mkv"])
    answered = session.ask("Who hides the key?")
    assert session.ask("What does the twin eat for breakfast?").outcome == "closest"
    assert session.ask("When was that?").evidence[0].span == answered.evidence[0].span


def test_an_overview_is_no_place_that_a_follow_up_is_near(make: Make) -> None:
    session = make().chat(["film.mkv"])
    assert session.ask("What is this film about?").found
    assert session.ask("Who said that?").outcome == "nothing"
