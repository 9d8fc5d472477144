"""The page in a real browser, over a film that really plays and whose facts the tests know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.config import Config
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.media import open_reader
from playhead.tools.synthesis import Scene, Script, encode
from playhead.tools.types import Clip, Kind, Level, Memory, Span, Video
from tests.browser import Tab, browser
from tests.running_server import TOKEN, RunningServer

FILM = "f" * 24
HOSTILE = "<img src=x onerror=document.title='owned'>"
FACTS: tuple[tuple[Kind, Level, float, float, str], ...] = (
    ("digest", "chapter", 0.0, 20.0, "The house: a cook says good morning"),
    ("digest", "chapter", 20.0, 60.0, f"The key {HOSTILE}: a key is hidden and found"),
    ("speech", "clip", 2.0, 6.0, "Good morning, I am the cook of this house."),
    ("speech", "clip", 14.0, 19.0, "The cook hides the key under the blue carpet."),
    ("screen", "clip", 24.0, 31.0, f"LEARNING RATE 0.001 {HOSTILE}"),
    ("speech", "clip", 44.0, 48.0, "The twin finds the key at midnight."),
    ("speech", "clip", 50.0, 54.0, "صباح الخير، أنا الطباخ."),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of three slides with sound, as mp4."""
    slides = ((20.0, "The house"), (40.0, "The key"), (60.0, "Midnight"))
    scenes = tuple(Scene(end_s - 20, end_s, (240, 238, 230), (title,)) for end_s, title in slides)
    script = Script(scenes, 160, 90, 5.0)
    return encode(script, tmp_path_factory.mktemp("films") / "house.mp4", audio=True)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[Library]:
    """A library of the film."""
    parts = (registry.load("embedders", "hashing"), registry.load("stores", "in_memory"))
    library = Library(tmp_path_factory.mktemp("library") / "shelf", *parts)
    reader = open_reader(film)
    library.put_video(Video(FILM, str(film), "The house", 60.0, info=reader.info, complete=True))
    reader.close()
    library.put_clips(FILM, [Clip(i, Span(20.0 * i, 20.0 * i + 20), "scene") for i in range(3)])
    library.add(FILM, [Memory(FILM, Span(a, b), kind, text, level) for kind, level, a, b, text in FACTS])
    yield library
    library.close()


Site = Callable[..., RunningServer]


@pytest.fixture(scope="module")
def site(shelf: Library) -> Iterator[Site]:
    """`site(model, **settings)`: a server over the shelf, which ends with the module."""
    with ExitStack() as held:

        def serve(model: object = None, **settings: object) -> RunningServer:
            settings.setdefault("config", Config())
            return held.enter_context(RunningServer(VideoAgent(model, shelf, **settings)))  # type: ignore[arg-type]

        yield serve


@pytest.fixture(scope="module")
def server(site: Site) -> RunningServer:
    return site()


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened


Go = Callable[..., None]


@pytest.fixture(scope="module")
def go(tab: Tab, server: RunningServer) -> Go:
    """`go("#/library")`: sign in with the token and open that place of the page."""

    inside: set[str] = set()

    def enter(place: str, at: RunningServer = server) -> None:
        if at.url not in inside:
            tab.open(f"{at.url}/?token={TOKEN}")
            inside.add(at.url)
        tab.open(f"{at.url}/{place}")
        tab.until("document.body.dataset.page")

    return enter
