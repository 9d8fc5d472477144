"""Two hundred questions to a server of which three replies in ten are faulty, over real sockets."""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.result import Answer
from playhead.tools.errors import ModelError
from playhead.tools.library import Library
from playhead.tools.metering import Budget
from playhead.tools.roles import RoleConfig, RolesConfig
from tests.agent.conftest import FACTS
from tests.fake_faults import FAULTS
from tests.fake_requests import text_of
from tests.fake_server import FakeServer
from tests.full_calls import call, plan

QUESTIONS = 200
AT_ONCE = 14
UNTIMED = [fault for fault in FAULTS if fault != "hang"]
"""Hanging is a test of its own: a deadline worth waiting for is one that a busy machine passes by itself."""
ASKED = ("Who hides the key?", "Who hides the key under the carpet?", "Who is it that hides the key?")
OPTIONS = ("the cook", "the twin")
SAID = "The cook hides the key."
FAULTY_WORDS = (
    "launch_rocket",
    "cannot help",
    "gateway",
    "EngineDeadError",
    "too many",
    "xxxx",
    "☃",
    "{",
    "}",
    "<",
    "127.0.0.1",
)


def sound(draw: random.Random) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What the server says when it is well: plans of one or two calls, reflections that waver, the answer."""

    def reply(body: dict[str, Any]) -> dict[str, Any]:
        if body["purpose"] == "plan":
            words = draw.choice(["key", "door", "rate", "cook"])
            calls = [call("search_memory", query=words), call("read_transcript", start_s=25, end_s=40)]
            return plan(*calls[: draw.randint(1, 2)])
        option = {"option": "A"} if "\nA. the cook" in text_of(body) else {}
        if body["purpose"] == "reflect":
            sure = draw.random()
            told = {"missing": "", "candidate": SAID, **option, "cites": [1]}
            return {**told, "sufficient": sure > 0.4, "confidence": round(sure, 2)}
        return {"found": True, **option, "answer": SAID, "cites": [1]}

    return reply


async def ask_all(agent: VideoAgent, questions: int) -> list[Answer | BaseException]:
    """How every question ended."""
    door = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Answer:
        async with door:
            return await agent.aask(ASKED[number % 3], options=OPTIONS if number % 2 else ())

    return await asyncio.gather(*(one(number) for number in range(questions)), return_exceptions=True)


async def test_every_question_ends_in_an_answer_or_an_honest_failure(library: Library) -> None:
    settings = Config(
        model="openai:fake",
        budget=Budget(wall_s=math.inf),
        options={"tries": 3, "backoff_s": 0.01, "reply_bytes": 2_000_000},
    )
    with FakeServer(sound(random.Random(3)), fault_rate=0.3, faults=UNTIMED) as server:
        agent = VideoAgent(library=library, base_url=server.url, config=settings)
        ended = await ask_all(agent, QUESTIONS)
        await agent.aclose()
    assert set(server.injected) == set(UNTIMED)
    answers = [got for got in ended if isinstance(got, Answer)]
    failures = [got for got in ended if not isinstance(got, Answer)]
    assert all(isinstance(failure, ModelError) for failure in failures), failures
    assert len(answers) > 0.85 * QUESTIONS
    for answer in answers:
        check(answer)
    assert Counter(answer.text for answer in answers)[SAID] > 0.5 * QUESTIONS


async def test_a_role_that_is_never_answered_costs_its_deadline_and_no_question(library: Library) -> None:
    roles = RolesConfig(reflector=RoleConfig(timeout_s=0.3))
    settings = Config(model="openai:fake", budget=Budget(wall_s=math.inf), roles=roles)
    with FakeServer(sound(random.Random(3)), hangs=("reflect",)) as server:
        agent = VideoAgent(library=library, base_url=server.url, config=settings)
        ended = await ask_all(agent, 6)
        await agent.aclose()
    assert any(request["purpose"] == "reflect" for request in server.requests)
    for answer in ended:
        assert isinstance(answer, Answer)
        assert "cook" in answer.text
        check(answer)


def check(answer: Answer) -> None:
    """The model's own answer or what the film holds, citing what is there; never a piece of a fault."""
    whole = json.dumps(answer.to_dict(), ensure_ascii=False)
    assert not [word for word in FAULTY_WORDS if word in answer.text], whole
    facts = " ".join(text for *_, text in FACTS)
    known = (SAID, *OPTIONS, "The video does not show it.")
    assert answer.text in known or any(part in facts for part in answer.text.split(" … ")), whole
    assert answer.option in (None, 0, 1)
    assert 0 <= answer.confidence <= 1
    assert all(0 <= line.span.start_s <= line.span.end_s <= 120 for line in answer.evidence)
    assert all(line.text in facts or line.kind == "digest" for line in answer.evidence), whole
