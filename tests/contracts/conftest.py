"""What the suites of strategies share: all strategies, and a film of two colours and two sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.agent.events import Event
from playhead.tools import registry
from playhead.tools.embedders.hashing import HashingEmbedder
from playhead.tools.library import Library
from playhead.tools.protocols import ChatModel
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Image, Memory, Span, Vectors, Video

OUTSIDE = "outside.skim"
"""The strategy that docs/extending.md shows, as a file outside the package."""
STRATEGIES = (*registry.names("strategies"), OUTSIDE)
FILM = "f" * 24


def outside_folder(folder: Path, root: Path) -> Path:
    """A folder to import the strategy of the guide from."""
    guide = (root / "docs/extending.md").read_text("utf-8").partition("## Writing a strategy")[2]
    (folder / "outside").mkdir(parents=True)
    text = guide.partition("```python\n")[2].partition("```")[0]
    (folder / "outside/skim.py").write_text(text, "utf-8")
    return folder


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the strategy of the guide importable."""
    monkeypatch.syspath_prepend(str(outside_folder(tmp_path_factory.mktemp("elsewhere"), root)))


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of two colours."""
    scenes = (Scene(0.0, 3.0, (200, 30, 30)), Scene(3.0, 6.0, (30, 30, 200)))
    return encode(
        Script(scenes, width_px=160, height_px=96, fps=5.0), tmp_path_factory.mktemp("film") / "film.mp4"
    )


class Seeing(HashingEmbedder):
    """A visual embedder that sees how red or blue a picture is, and knows the words for it."""

    def __init__(self) -> None:
        super().__init__()
        self.dimension, self.fingerprint = 2, "seeing@1"

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, 0] if "red" in text else [0, 1] for text in texts], np.float32)

    def embed_images(self, images: Sequence[Image]) -> Vectors:
        return np.array([[1, 0] if image[..., 0].mean() > 128 else [0, 1] for image in images], np.float32)


def library_of(folder: Path, film: Path, visual: Seeing | None = None) -> Library:
    """A library with that film and what two people say in it."""
    store, embedder = registry.load("stores", "in_memory"), registry.load("embedders", "hashing")
    library = Library(
        folder, embedder, store, visual=visual, visual_store=registry.load("stores", "in_memory")
    )
    library.put_video(Video(FILM, str(film), "film", 6.0, complete=True))
    library.add(FILM, [Memory(FILM, Span(1, 2), "speech", "The cook hides the key.")])
    library.add(FILM, [Memory(FILM, Span(4, 5), "speech", "The twin finds the key.")])
    return library


@pytest.fixture
def told(tmp_path: Path, film: Path) -> Iterator[Library]:
    """One of these."""
    library = library_of(tmp_path / "library", film)
    yield library
    library.close()


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
