"""A small library with a film whose facts the tests know, and agents whose model plays a script."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.context import LoopConfig
from playhead.agent.events import Answered, Event
from playhead.agent.result import Answer
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.types import Clip, Memory, Span, Video

FILM = Video("f" * 24, "film.mkv", "film", 120.0, source="memories", complete=True)
PLANNED_BY_MODEL = Config(loop=LoopConfig(first_plan="model"))
"""So that a script says what every round looks up; tests of the first round by rules give their own."""

FACTS = (
    ("speech", 10.0, 14.0, "Good morning, I am the cook of this house."),
    ("speech", 30.0, 35.0, "The cook hides the key under the blue carpet."),
    ("screen", 50.0, 58.0, "LEARNING RATE 0.001"),
    ("caption", 70.0, 80.0, "A tall man in a red coat opens the wooden door."),
    ("speech", 100.0, 104.0, "The twin finds the key at midnight."),
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """The film as ready-made memories: five facts and twelve clips of ten seconds."""
    opened = Library(
        tmp_path / "library", registry.load("embedders", "hashing"), registry.load("stores", "in_memory")
    )
    opened.put_video(FILM)
    opened.put_clips(FILM.id, [Clip(i, Span(10.0 * i, 10.0 * i + 10)) for i in range(12)])
    opened.add(FILM.id, [Memory(FILM.id, Span(a, b), kind, text) for kind, a, b, text in FACTS])  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def make(library: Library) -> Iterator[Callable[..., VideoAgent]]:
    """`make(model, **settings)`: an agent over the film whose model plans from the first round on."""
    made: list[VideoAgent] = []

    def build(model: ScriptedModel | None = None, **settings: Any) -> VideoAgent:
        settings.setdefault("config", PLANNED_BY_MODEL)
        made.append(VideoAgent(model, library, **settings))
        return made[-1]

    yield build
    for agent in made:
        agent.close()


@pytest.fixture
def play() -> Callable[..., Any]:
    """`events, answer = await play(agent, question, …)`: everything a run yields."""

    async def stream(agent: VideoAgent, question: str, **asked: Any) -> tuple[list[Event], Answer]:
        events = [event async for event in agent.stream(question, **asked)]
        last = events[-1]
        assert isinstance(last, Answered)
        return events, last.answer

    return stream


@pytest.fixture
def trial(make: Callable[..., VideoAgent], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`value, answer, model = trial(work, script, **asked)`: what `work(run)` gave inside a strategy."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    strategy = importlib.import_module("house.trial")

    def attempt(
        work: Callable[..., Any], script: dict[str, Any] | None = None, **asked: Any
    ) -> tuple[Any, Answer, ScriptedModel]:
        said = {"found": True, "answer": "The cook.", "cites": [1]}
        model = ScriptedModel({"answer": said, **(script or {})})
        strategy.work.append(work)
        answer = make(model, strategy="house.trial").ask("Who hides the key?", **asked)
        return strategy.values[-1], answer, model

    return attempt
