"""A film with pictures, so that strategies that look have something to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Memory, Span, Video

LENGTH_S = 120.0


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes, a new colour every twenty seconds."""
    scenes = tuple(Scene(20.0 * n, 20.0 * n + 20, (40 * n, 200 - 30 * n, 90)) for n in range(6))
    return encode(
        Script(scenes, width_px=96, height_px=64, fps=2.0), tmp_path_factory.mktemp("film") / "film.mp4"
    )


@pytest.fixture
def watch(tmp_path: Path, pictures: Path) -> Iterator[Callable[..., Any]]:
    """`answer, model = watch(strategy, script, question, **asked)` over the film with pictures."""
    opened = Library(
        tmp_path / "watched", registry.load("embedders", "hashing"), registry.load("stores", "in_memory")
    )
    opened.put_video(Video("e" * 24, str(pictures), "film", LENGTH_S, complete=True))
    opened.add("e" * 24, [Memory("e" * 24, Span(30, 35), "speech", "The cook hides the key.")])
    made: list[VideoAgent] = []

    def ask(strategy: str, script: dict[str, Any], question: str = "Who hides the key?", **asked: Any) -> Any:
        settings = {name: asked.pop(name) for name in ("budget",) if name in asked}
        said = {"found": True, "answer": "The cook.", "cites": [1]}
        model = ScriptedModel({"answer": said, **script})
        made.append(VideoAgent(model, opened, strategy=strategy, **settings))
        return made[-1].ask(question, **asked), model

    yield ask
    for agent in made:
        agent.close()
    opened.close()
