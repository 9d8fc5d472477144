"""A film watched and asked about: a citation leads to its second, a reload keeps all, stop really stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from playhead.agent.config import Config
from playhead.agent.context import LoopConfig
from playhead.tools.models.scripted import ScriptedModel
from playhead.tools.timecode import parse_clock
from tests.agent.server.page.conftest import HOSTILE, TO_FILM, Page, Site
from tests.browser import Tab, needs_browser
from tests.fake_server import FakeServer
from tests.full_calls import call, plan

pytestmark = needs_browser
TIME = "document.querySelector('video').currentTime"


def test_a_citation_leads_to_its_second_and_lights_its_mark(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    page.ask("What is this about?")
    page.answered()
    begins_s = parse_clock(page.text(".card[data-number='2'] time").partition("–")[0])
    page.click(".cite[data-number='2']")
    tab.until("document.querySelector('.mark.lit')")
    assert abs(tab.run(TIME) - begins_s) <= 0.5
    assert page.text(".mark.lit") == "2"
    assert page.count(".card.lit[data-number='2']") == 1


def test_a_number_in_the_words_of_an_answer_leads_there_too(tab: Tab, site: Site) -> None:
    model = ScriptedModel(
        {
            "plan": plan(call("search_memory", query="cook hides the key, twin finds the key")),
            "answer": {
                "found": True,
                "answer": "The twin finds it [2], the cook hid it [1] [99].",
                "cites": [1],
            },
            "*": {"missing": "", "candidate": "", "cites": [1], "sufficient": True, "confidence": 0.9},
        }
    )
    page = Page(tab, site(model=model, config=Config(loop=LoopConfig(first_plan="model"))))
    page.watch()
    page.ask("Who hides it, and who finds it?")
    page.answered()
    words = ".answer p:first-child"
    assert page.text(words).replace("\n", "") == "The twin finds it 1, the cook hid it 2."
    assert page.count(f"{words} .cite") == 2
    begins_s = parse_clock(page.text(".card[data-number='2'] time").partition("–")[0])
    page.click(f"{words} .cite[data-number='2']")
    tab.until("document.querySelector('.mark.lit')?.textContent === '2'")
    assert abs(tab.run(TIME) - begins_s) <= 0.5


def test_one_conversion_too_many_is_told_in_words(tab: Tab, site: Site) -> None:
    page = Page(tab, site("house.mkv", {"streams": 0}))
    page.go("#/library")
    tab.until("document.querySelector('.film .title')")
    page.go(str(tab.run(TO_FILM)))
    tab.until("!document.querySelector('.problem').hidden")
    assert "too many recordings are converted" in page.text(".problem")


def test_a_run_is_saved_as_a_page(page: Page, tab: Tab, tmp_path: Path, clean: None) -> None:
    page.watch()
    page.click("[aria-label='New conversation']")
    page.ask("Where does the cook hide the key?")
    page.answered()
    page.click(".after a:not([href*='compare'])")
    tab.until("document.querySelector('.buttons a[download]')")
    tab.downloads_to(tmp_path)
    page.click(".buttons a[download]")
    tab.wait_download()
    (saved,) = tmp_path.glob("*.html")
    assert "Where does the cook hide the key?" in saved.read_text("utf-8")


def test_a_reload_keeps_the_conversation(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    page.click("[aria-label='New conversation']")
    page.ask("Who finds the key at midnight?")
    page.answered()
    asked = tab.run("location.hash")
    page.go(str(asked))
    page.answered()
    assert "chat=" in str(asked)
    assert page.text(".asked") == "Who finds the key at midnight?"
    page.click(".run summary")
    tab.until("document.querySelectorAll('.run .steps li').length > 1")


def test_conversations_are_kept_renamed_saved_and_removed(
    page: Page, tab: Tab, tmp_path: Path, clean: None
) -> None:
    page.watch()
    page.click("[aria-label='New conversation']")
    page.ask("Who finds the key at midnight?")
    page.answered()
    page.click(".chat .name")
    page.click(".conversations .open [title='Rename']")
    page.write("Name", "The twin & <b>the key</b>")
    page.click(".conversations form button")
    tab.downloads_to(tmp_path)
    page.click(".conversations a[aria-label='Save The twin & <b>the key</b> as Markdown']")
    tab.wait_download()
    (saved,) = tmp_path.glob("*.md")
    assert saved.read_text("utf-8").startswith("# The twin & \\<b\\>the key")
    page.click(".conversations .open [title='Remove']")
    page.click(".conversations .bad")
    page.click("dialog .buttons button")
    tab.until("document.querySelector('.starters')")
    assert page.text(".chat .name") == "New conversation"


def test_the_whole_library_is_asked_and_a_citation_opens_its_film(page: Page, tab: Tab, clean: None) -> None:
    page.go("#/watch")
    page.ask("Where does the cook hide the key?")
    page.answered()
    assert "the whole library" in page.text(".chat .scope")
    page.click(".cite")
    tab.until("document.querySelector('video').readyState > 1")
    assert page.text("h1") == "The house"
    assert abs(tab.run(TIME) - 14) < 0.5


def test_words_of_the_film_are_text_and_follow_it(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    tab.until("document.querySelectorAll('.words .cue').length === 5")
    assert HOSTILE in page.text(".words")
    assert tab.run("document.title") == "The house – playhead"
    page.click(".words .cue.screen")
    tab.until(f"Math.abs({TIME} - 24) < 0.5")
    tab.until("document.querySelector('.cue.now .said').textContent.includes('0.001')")
    assert (
        tab.run("[...document.querySelectorAll('.said')].map((e) => getComputedStyle(e).direction)")[-1]
        == "rtl"
    )


def test_the_keyboard_moves_the_film(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    for key, place_s in (("l", 10), ("l", 20), ("j", 10), ("ArrowRight", 15), ("ArrowLeft", 10)):
        tab.press(key)
        tab.until(f"Math.abs({TIME} - {place_s}) < 0.3")
    tab.press("i")
    assert page.text(".spanned time") == "00:10–00:40"
    tab.press("/")
    assert tab.run("document.activeElement.ariaLabel") == "Question"
    tab.press("Escape")
    tab.press("?")
    tab.until("document.querySelector('dialog[open]')")
    tab.press("Escape")
    tab.press("k")
    tab.until("!document.querySelector('video').paused")


def test_a_question_about_a_moment_looks_there(page: Page, tab: Tab, clean: None) -> None:
    page.watch()
    page.click("[aria-label='New conversation']")
    tab.press("i")
    page.click(".spanned button")
    assert page.text(".about-moment time") == "00:00–00:30"
    page.ask("Who is speaking?")
    page.answered()
    assert "about 00:00–00:30" in page.text(".turn")


def test_stop_ends_the_request_at_the_model_server(tab: Tab, site: Site) -> None:
    with FakeServer(latency_s=60) as model:
        page = Page(tab, site(model="openai:fake", base_url=model.url))
        page.watch()
        page.ask("Who is it?")
        tab.until("document.querySelector('.composer.working')")
        while not model.in_flight:
            tab.run("new Promise((done) => setTimeout(done, 20))")
        page.click(".composer .go")
        assert model.disconnected.wait(300)
        tab.until("document.querySelector('.stopped') && !document.querySelector('.composer.working')")


@pytest.mark.parametrize("width_px", [390, 1024, 1440])
@pytest.mark.parametrize("place", ["#/library", "#/watch", "#/runs", "#/settings"])
def test_every_page_fits_and_names_its_controls(
    page: Page, tab: Tab, width_px: int, place: str, clean: None
) -> None:
    tab.resize(width_px, 844)
    page.go(place)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    names = "[...document.querySelectorAll('button, input, select, textarea, a')]"
    names += ".filter((e) => e.checkVisibility())"
    assert (
        tab.run(f"{names}.filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).length")
        == 0
    )
    tab.resize(1440, 900)
