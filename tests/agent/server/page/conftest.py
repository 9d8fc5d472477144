"""The page in a real browser, over a film that really plays and whose facts the tests know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from playhead.agent.agent import VideoAgent
from playhead.agent.server.reach import Reach
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.media import open_reader
from playhead.tools.memory.identity import content_id
from playhead.tools.synthesis import Scene, Script, encode, write_srt
from playhead.tools.types import Clip, Cue, Kind, Level, Memory, Span, Video
from tests.browser import Tab, browser
from tests.cut_connection import CutConnection
from tests.running_server import TOKEN, RunningServer

HOSTILE = "<img src=x onerror=document.title='owned'>"
TO_FILM = "[...document.querySelectorAll('.film .title')].find((e) => e.textContent === 'The house').hash"
FACTS: tuple[tuple[Kind, Level, float, float, str], ...] = (
    ("digest", "chapter", 0.0, 20.0, "The house: a cook says good morning"),
    ("digest", "chapter", 20.0, 60.0, f"The key {HOSTILE}: a key is hidden and found"),
    ("speech", "clip", 2.0, 6.0, "Good morning, I am the cook of this house."),
    ("speech", "clip", 14.0, 19.0, "The cook hides the key under the blue carpet."),
    ("screen", "clip", 24.0, 31.0, f"LEARNING RATE 0.001 {HOSTILE}"),
    ("speech", "clip", 44.0, 48.0, "The twin finds the key of the cook at midnight."),
    ("speech", "clip", 50.0, 54.0, "صباح الخير، أنا الطباخ."),
)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with six seconds with subtitles, and beside it `house.mp4`: three slides with sound."""
    folder = tmp_path_factory.mktemp("made") / "films"
    folder.mkdir()
    slides = ((20.0, "The house"), (40.0, "The key"), (60.0, "Midnight"))
    scenes = tuple(Scene(end_s - 20, end_s, (240, 238, 230), (title,)) for end_s, title in slides)
    house = encode(Script(scenes, 160, 90, 5.0), folder.parent / "house.mp4", audio=True)
    encode(Script(scenes, 160, 90, 5.0), house.with_suffix(".mkv"), audio=True)
    short = Script(
        (Scene(0, 6, (20, 60, 120)),), 160, 90, 5.0, (Cue(Span(1, 5), "The last train leaves at nine."),)
    )
    encode(short, folder / "train.mp4")
    write_srt(short.cues, folder / "train.srt")
    return folder


def shelf(folder: Path, film: Path) -> Library:
    """A library that knows the film of a minute, which is called after its house."""
    library = Library(folder, registry.load("embedders", "hashing"), registry.load("stores", "in_memory"))
    reader, known = open_reader(film), content_id(film)
    library.put_video(Video(known, str(film), "The house", 60.0, info=reader.info, complete=True))
    reader.close()
    library.put_clips(known, [Clip(i, Span(20.0 * i, 20.0 * i + 20), "scene") for i in range(3)])
    library.add(known, [Memory(known, Span(a, b), kind, text, level) for kind, level, a, b, text in FACTS])
    return library


Site = Callable[..., RunningServer]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, films: Path) -> Iterator[Site]:
    """`site(film, room, **settings)`: a server over a shelf of its own, until the module ends.

    It may open the films; `room` are settings of the server, the others those of the agent.
    """
    with ExitStack() as held:

        def serve(film: str = "house.mp4", room: Any = None, **settings: Any) -> RunningServer:
            library = shelf(tmp_path_factory.mktemp("shelf") / "library", films.parent / film)
            held.callback(library.close)
            agent = VideoAgent(library=library, **settings)
            return held.enter_context(RunningServer(agent, Reach.of([films]), **(room or {})))

        yield serve


@pytest.fixture(scope="module")
def server(site: Site) -> RunningServer:
    return site()


class Page:
    """The page of a server in a tab, used as by a person."""

    def __init__(self, tab: Tab, server: RunningServer | CutConnection) -> None:
        self.tab, self.url = tab, server.url
        tab.resize(1440, 900)
        tab.open(f"{self.url}/?token={TOKEN}")

    def go(self, place: str) -> None:
        """Open a place of the page, anew."""
        self.tab.open(f"{self.url}/{place}")
        self.tab.until("document.body.dataset.page && document.querySelector('#main').childElementCount")

    def watch(self) -> None:
        """Open the film of a minute and wait until it could play and be asked about."""
        self.go("#/library")
        self.tab.until("document.querySelector('.film .title')")
        self.go(str(self.tab.run(TO_FILM)))
        self.tab.until(
            "document.querySelector('video').readyState > 1 && document.querySelector('.starters, .turn')"
        )

    def click(self, selector: str) -> None:
        """Wait for an element and click it."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.tab.until(f"{found} && !{found}.disabled")
        self.tab.run(f"{found}.click()")

    def write(self, label: str, text: str) -> None:
        """Write into the field of that name."""
        field = f"document.querySelector('[aria-label={json.dumps(label)}]')"
        self.tab.until(field)
        told = f"{field}.dispatchEvent(new Event('input', {{bubbles: true}}))"
        self.tab.run(f"{field}.value = {json.dumps(text)}; {told}")

    def ask(self, question: str) -> None:
        self.write("Question", question)
        self.click(".composer .go")

    def answered(self, turns: int = 1) -> None:
        """Wait until so many questions are answered and nothing works any more."""
        done = f"document.querySelectorAll('.verdict').length === {turns}"
        self.tab.until(f"{done} && !document.querySelector('.composer.working')")

    def text(self, selector: str) -> str:
        return str(self.tab.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def count(self, selector: str) -> int:
        return int(self.tab.run(f"document.querySelectorAll({json.dumps(selector)}).length"))


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(tab: Tab, server: RunningServer) -> Page:
    return Page(tab, server)


@pytest.fixture
def clean(tab: Tab, page: Page) -> Iterator[None]:
    """Afterwards the console holds nothing, and nothing was asked of anybody else."""
    complaints, requests = len(tab.complaints()), len(tab.requests())
    yield
    assert tab.complaints()[complaints:] == []
    assert [address for address in tab.requests()[requests:] if not address.startswith(page.url)] == []
