"""Twelve hours as light as a minute; the cut-off; one question answered two ways; hostile addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from playhead.agent.agent import VideoAgent
from playhead.tools import registry
from playhead.tools.library import Library
from playhead.tools.types import Memory, Span, Video
from tests.agent.server.page.conftest import Page
from tests.browser import Tab, needs_browser
from tests.running_server import RunningServer

pytestmark = needs_browser
DAY = "a" * 24
LINES = 14_400


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, tab: Tab) -> Iterator[Page]:
    """Twelve hours with a line every three seconds, whose file is gone."""
    parts = (registry.load("embedders", "hashing"), registry.load("stores", "in_memory"))
    library = Library(tmp_path_factory.mktemp("day") / "library", *parts)
    library.put_video(Video(DAY, "/gone/day.mp4", "A day", 43_200.0, source="memories", complete=True))
    said = (Memory(DAY, Span(3.0 * i, 3.0 * i + 2), "speech", f"Line {i}.") for i in range(LINES))
    library.add(DAY, list(said))
    with ExitStack() as held:
        held.callback(library.close)
        yield Page(tab, held.enter_context(RunningServer(VideoAgent(library=library))))


def test_twelve_hours_make_few_nodes_and_few_strokes(day: Page, tab: Tab) -> None:
    day.go(f"#/watch/{DAY}")
    tab.until("document.querySelectorAll('.cue').length > 10")
    assert day.count("*") < 1500
    count = (
        "(() => { const own = CanvasRenderingContext2D.prototype, fill = own.fillRect; window.strokes = 0;"
    )
    tab.run(count + "own.fillRect = function (...box) { window.strokes += 1; fill.apply(this, box); }; })()")
    day.click("[aria-label='Zoom in']")
    tab.until("window.strokes > 0")
    tab.run("new Promise((done) => setTimeout(done, 200))")
    assert tab.run("window.strokes") < 4 * 1440
    tab.run("document.querySelector('.words').scrollTop = 1e9")
    tab.until(f"document.querySelector('.words').innerText.includes('Line {LINES - 1}.')")


def test_nothing_after_the_player_is_known_where_asked_so(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    page.click("[aria-label='New conversation']")
    tab.press("l")
    tab.until("Math.abs(document.querySelector('video').currentTime - 10) < 0.3")
    page.click(".composer .chip input")
    page.ask("Who finds the key at midnight?")
    page.answered()
    assert "nothing after 00:10 is known" in page.text(".turn")
    assert "twin" not in page.text(".reply")


def test_a_question_is_asked_another_way_beside_the_first(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    page.click("[aria-label='New conversation']")
    page.ask("Where does the cook hide the key?")
    page.answered()
    page.click(".after a[href*='compare']")
    tab.until("document.querySelector('.sides select')")
    tab.run("document.querySelector('.sides select').value = 'topk'")
    page.click(".sides form button")
    tab.until("document.querySelectorAll('.sides .explained').length === 2")
    assert tab.run("[...document.querySelectorAll('.sides .by b')].map((e) => e.textContent)")[1] == "topk"


def test_markup_in_the_address_is_no_markup(page: Page, tab: Tab) -> None:
    page.go("#/library?q=%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D%27owned%27%3E")
    tab.until("document.querySelector('.found [role=status]').textContent.length > 12")
    assert tab.run("document.title") == "Library – playhead"
    assert page.count("img[src=x]") == 0
