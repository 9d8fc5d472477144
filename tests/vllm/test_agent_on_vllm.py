"""The whole path on the real server: index with captions, twenty questions with options, a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.result import Answer
from playhead.tools import registry
from playhead.tools.metering import Budget
from playhead.tools.roles import RoleConfig, Tuned
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Cue, Span

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

DURATION_S = 40.0
OPTIONS = ("the cook", "the twin", "nobody")
CUES = ("The cook hides the key.", "The twin finds it at midnight.")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Four scenes, two of them with words on screen, and two spoken lines."""
    words = (("KITCHEN",), (), ("CELLAR",), ())
    scenes = tuple(Scene(10.0 * n, 10.0 * n + 10, (60 * n, 90, 160), words[n], moving=True) for n in range(4))
    cues = tuple(Cue(Span(10.0 * n + 2, 10.0 * n + 5), text) for n, text in enumerate(CUES))
    return encode(Script(scenes, 320, 180, cues=cues), tmp_path / "film.mkv", subtitles=True)


@pytest.fixture
def agent(tiny_qwen: Path, vllm_settings: dict[str, Any], tmp_path: Path) -> Iterator[VideoAgent]:
    config = Config()
    config = replace(config, indexing=replace(config.indexing, captions="all"))
    model = Tuned(registry.load("models", f"vllm:{tiny_qwen}", **vllm_settings), RoleConfig(max_tokens=192))
    budget = Budget(rounds=2, model_calls=12, wall_s=60)
    with VideoAgent(model, tmp_path / "library", config=config, budget=budget) as made:
        yield made


def check(answer: Answer) -> None:
    assert answer.text
    assert answer.stopped_because
    assert answer.option in (None, 0, 1, 2)
    assert all(0 <= line.span.start_s <= line.span.end_s <= DURATION_S + 0.5 for line in answer.evidence)


def test_a_random_model_indexes_answers_and_chats(agent: VideoAgent, film: Path) -> None:
    (video,) = agent.add(film)
    counted = agent.library.count(video.id)
    print(f"indexed: {counted}")
    assert counted["speech"] == len(CUES)
    answers = asyncio.run(_ask_twenty(agent, film))
    for answer in answers:
        check(answer)
    ended = sorted({answer.stopped_because for answer in answers})
    print(f"20 answers, ended by {ended}; {sum(one.usage.model_calls for one in answers)} model calls")
    chat = agent.chat(film)
    for question in ("Who hides the key?", "And who finds it?"):
        check(chat.ask(question))


async def _ask_twenty(agent: VideoAgent, film: Path) -> list[Answer]:
    turns = asyncio.Semaphore(3)

    async def ask(number: int) -> Answer:
        async with turns:
            return await agent.aask(f"Who has the key, in scene {number}?", film, OPTIONS)

    return list(await asyncio.gather(*(ask(number) for number in range(20))))
