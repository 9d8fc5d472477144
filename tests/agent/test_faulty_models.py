"""Models that fail in every way they can: each question ends in an answer, and no fault becomes one."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.result import Answer
from playhead.tools.errors import ContextOverflowError, ModelReplyError, ModelUnreachableError
from playhead.tools.models.scripted import ScriptedModel, text_of
from playhead.tools.protocols import ChatReply, ChatRequest

FAULT = "FAULTY"
QUESTIONS = 60


def sound(purpose: str, rng: random.Random) -> dict[str, Any]:
    if purpose == "plan":
        calls: list[dict[str, Any]] = [
            {"tool": "search_memory", "arguments": {"query": rng.choice(["key", "door", "rate", "cook"])}},
            {"tool": "read_transcript", "arguments": {"start_s": 25, "end_s": rng.choice([40, 90])}},
        ]
        return {"thought": "", "calls": calls[: rng.randint(0, 2)]}
    if purpose == "reflect":
        sure = rng.random()
        told = {"missing": "", "candidate": "the cook", "option": "A", "cites": [1, 2]}
        return {**told, "sufficient": sure > 0.5, "confidence": sure}
    return {"found": True, "option": "A", "answer": "The cook.", "cites": [1]}


def faulty(purpose: str, rng: random.Random) -> Any:
    whole = json.dumps(sound(purpose, rng))
    wild = {"tool": "inspect_frames", "arguments": {"spans": [[-5, 1e12]], "question": FAULT}}
    wrong = {"found": "yes", "option": 7, "answer": [FAULT], "cites": "all", "calls": {}, "thought": None}
    return rng.choice(
        [
            "",
            FAULT,
            whole[: len(whole) // 2],
            "[" * 5000,
            FAULT * 200_000,
            wrong,
            {**sound(purpose, rng), "cites": [10**18, -3], "option": FAULT},
            {"thought": FAULT, "calls": [wild, {"tool": FAULT, "arguments": {}}, None]},
            ChatReply(whole[:-9], finish_reason="length"),
            ChatReply("", reasoning=FAULT, finish_reason="content_filter"),
            ModelReplyError(FAULT),
            ModelUnreachableError(FAULT),
            ContextOverflowError(FAULT),
        ]
    )


async def test_no_fault_becomes_an_answer(make: Callable[..., VideoAgent]) -> None:
    draws = [random.Random(number) for number in range(QUESTIONS)]

    def reply(request: ChatRequest) -> Any:
        """Every question has a fate of its own, whichever comes first."""
        (number,) = set(re.findall(r"Who hides the key (\d+)\?", text_of(request)))
        rng = draws[int(number)]
        return (faulty if rng.random() < 0.3 else sound)(request.purpose, rng)

    agent = make(ScriptedModel({"*": reply}))
    options = ("the cook", "the twin")
    asked = (agent.aask(f"Who hides the key {number}?", options=options) for number in range(QUESTIONS))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, ModelUnreachableError)]
    ended = [answer for answer in answers if isinstance(answer, Answer)]
    assert len(ended) + len(refused) == QUESTIONS
    assert len(ended) > QUESTIONS * 0.9
    for answer in ended:
        assert answer.text
        assert FAULT not in answer.text
        assert all(0 <= line.span.start_s <= line.span.end_s <= 120 for line in answer.evidence)
        assert 0 <= answer.confidence <= 1
    assert {answer.stopped_because for answer in ended} >= {"confident", "model_failed"}
