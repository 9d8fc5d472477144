"""What the suites of strategies share: all strategies, and a film of two colours and two sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.events import Event
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.protocols import ChatModel
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Memory, Span, Video

OUTSIDE = "outside.skim"
"""The strategy that docs/extending.md shows, as a file outside the package."""
STRATEGIES = (*registry.names("strategies"), OUTSIDE)
FILM = "f" * 24


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the strategy of the guide importable."""
    guide = (root / "docs/extending.md").read_text("utf-8").partition("## Writing a strategy")[2]
    folder = tmp_path_factory.mktemp("elsewhere") / "outside"
    folder.mkdir()
    (folder / "skim.py").write_text(guide.partition("```python\n")[2].partition("```")[0], "utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of two colours."""
    scenes = (Scene(0.0, 3.0, (200, 30, 30)), Scene(3.0, 6.0, (30, 30, 200)))
    return encode(
        Script(scenes, width_px=160, height_px=96, fps=5.0), tmp_path_factory.mktemp("film") / "film.mp4"
    )


@pytest.fixture
def tell(tmp_path: Path, film: Path) -> Iterator[Callable[[], Library]]:
    """Makes libraries with that film and what two people say in it."""
    made: list[Library] = []

    def build() -> Library:
        store, embedder = registry.load("stores", "in_memory"), registry.load("embedders", "hashing")
        made.append(Library(tmp_path / str(len(made)), embedder, store))
        made[-1].put_video(Video(FILM, str(film), "film", 6.0, complete=True))
        made[-1].add(FILM, [Memory(FILM, Span(1, 2), "speech", "The cook hides the key.")])
        made[-1].add(FILM, [Memory(FILM, Span(4, 5), "speech", "The twin finds the key.")])
        return made[-1]

    yield build
    for library in made:
        library.close()


@pytest.fixture
def told(tell: Callable[[], Library]) -> Library:
    """One of these."""
    return tell()


async def play(library: Library, model: ChatModel | None, strategy: str, **asked: Any) -> list[Event]:
    """The events of one question about the film, or about `videos`."""
    settings = {name: asked.pop(name) for name in ("budget", "prices") if name in asked}
    videos = asked.pop("videos", ["film.mp4"])
    config = Config(prices=settings.pop("prices", {}))
    agent = VideoAgent(model, library, strategy=strategy, config=config, **settings)
    try:
        return [event async for event in agent.stream("Who hides the key?", videos, **asked)]
    finally:
        agent.close()
