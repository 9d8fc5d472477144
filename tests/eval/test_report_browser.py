"""The report used in a real browser: filtered, sorted, searched, opened, exported, by hand and by keys."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playhead.eval.report import write_report
from tests.browser import Tab, browser, needs_browser
from tests.eval.made_up_runs import captions, finished_run, questions

pytestmark = needs_browser
SAMPLES = 5000
OPENED = "document.getElementById('dialog').open"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two runs of 5,000 samples each, and one of another set of questions."""
    base = tmp_path_factory.mktemp("large")
    data, other = questions(base / "data", SAMPLES), captions(base / "other", 30)
    return [
        finished_run(data, base / "a"),
        finished_run(data, base / "b", seed=1, strategy="topk"),
        finished_run(other, base / "c", set="captions", epochs=2),
    ]


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(runs: list[Path]) -> Callable[[str], str]:
    """The address of a page by the letters of its runs, made when first asked for."""
    made: dict[str, str] = {}

    def page(letters: str) -> str:
        if letters not in made:
            chosen = [run for run in runs if run.name in letters]
            made[letters] = write_report(chosen, runs[0].parent / f"{letters}.html").as_uri()
        return made[letters]

    return page


def count(tab: Tab) -> int:
    """How many samples the list says it shows."""
    return int(tab.run("document.getElementById('count').textContent").split()[0].replace(",", ""))


def choose(tab: Tab, control: str, value: str) -> None:
    tab.run(
        f"(() => {{ const c = document.getElementById({json.dumps(control)}); c.value = {json.dumps(value)};"
        " c.dispatchEvent(new Event(c.tagName === 'INPUT' ? 'input' : 'change', {bubbles: true})); })()"
    )
    if control == "search":
        tab.until(f"state.q === {json.dumps(value)}")


def top(tab: Tab, cell: int) -> str:
    """The text of a cell of the first row in order."""
    return str(tab.run(f"document.querySelector('#row-0').children[{cell}].textContent"))


def test_five_thousand_samples_open_with_a_screen_of_rows(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("a"))
    assert count(tab) == SAMPLES
    assert tab.run("document.querySelectorAll('.row').length") < 60
    assert tab.run("document.title") == "playhead benchmark report"
    assert tab.run("document.querySelectorAll('img').length") == 0


def test_filter_search_and_clear(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("a"))
    choose(tab, "by-outcome", "failed")
    failed = count(tab)
    assert 0 < failed < SAMPLES / 10
    choose(tab, "by-outcome", "")
    choose(tab, "by-tag.tag", "<b>why</b>")
    assert count(tab) == SAMPLES / 4
    choose(tab, "search", "DOOR 13?")
    assert 0 < count(tab) < 60
    assert "door 13?" in top(tab, 0)
    tab.run("document.getElementById('reset').click()")
    assert count(tab) == SAMPLES


def test_the_order_follows_a_heading_and_turns(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("a"))
    tab.run("document.getElementById('sort-confidence').click()")
    assert float(top(tab, 5)) < 0.01
    tab.run("document.getElementById('sort-confidence').click()")
    assert float(top(tab, 5)) > 0.99
    assert tab.run("document.querySelector('[aria-sort=descending]').textContent") == "confidence ↓"
    tab.run("document.getElementById('sort-sample').click()")
    assert top(tab, 1) == "q0"


def test_a_sample_opens_with_all_that_explains_it(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("a") + "#outcome=wrong%2C+cited+elsewhere")
    tab.run("document.getElementById('row-0').click()")
    tab.until(OPENED)
    told = str(tab.run("document.getElementById('sample').innerText"))
    for words in ("✓ gold", "gold times:", "official reading", "(mcq_extract)", "confidence", "elsewhere"):
        assert words in told
    assert "trajectory, 6 steps" in told
    assert "search_memory" in told
    assert tab.run("document.querySelectorAll('svg.times rect').length") >= 3


def test_hostile_texts_are_shown_as_text(tab: Tab, pages: Callable[[str], str]) -> None:
    before = len(tab.complaints())
    tab.open(pages("a"))
    for place, seen in ((0, "onerror="), (5, "\u2400\u2407bell")):
        tab.run(f"openSample(data.questions[{place}])")
        assert seen in str(tab.run("document.getElementById('sample').textContent"))
    assert tab.run("document.title") == "playhead benchmark report"
    assert tab.run("document.querySelectorAll('script:not([type])').length") == 1
    assert tab.complaints()[before:] == []
    assert all(address.startswith("file:") for address in tab.requests())


def test_the_keyboard_is_enough(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("a"))
    tab.press("/")
    assert tab.run("document.activeElement.id") == "search"
    tab.run("document.getElementById('list').focus()")
    tab.press("ArrowDown")
    tab.press("ArrowDown")
    tab.press("Enter")
    tab.until("document.querySelector('#dialog .where')?.textContent === '3 of 5,000'")
    tab.press("ArrowRight")
    tab.until("document.querySelector('#dialog .where').textContent === '4 of 5,000'")
    tab.press("Escape")
    assert tab.run("[document.getElementById('dialog').open, document.activeElement.id]") == [False, "list"]
    tab.press("End")
    assert tab.run("document.querySelector('.row.current').id") == "row-4999"


def test_what_flipped_between_two_runs_is_one_click_away(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("ab"))
    link = "document.querySelector('#pairs + .wide a')"
    flipped = int(str(tab.run(f"{link}.textContent")).replace(",", ""))
    tab.run(f"{link}.click()")
    tab.until("state.flip === 'lost'")
    assert count(tab) == flipped > 0
    assert (top(tab, 4)[0], top(tab, 5)[0]) in (("✓", "✗"), ("✓", "!"), ("✓", "?"))


def test_a_page_of_several_sets_shows_one_set_at_a_time(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("abc"))
    assert tab.run("document.querySelectorAll('#sets + .wide thead th').length") == 3
    assert count(tab) == SAMPLES
    choose(tab, "by-set", "1")
    assert count(tab) == 60
    tab.run("openSample(shown[0])")
    assert tab.run("document.querySelectorAll('#sample p.meta button').length") == 2


def test_what_is_shown_is_saved_as_csv(tab: Tab, pages: Callable[[str], str], tmp_path: Path) -> None:
    tab.open(pages("ab"))
    choose(tab, "search", "door 13?")
    shown = count(tab)
    tab.downloads_to(tmp_path)
    tab.run("document.getElementById('csv').click()")
    tab.wait_download()
    with (tmp_path / "samples.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * shown
    assert {row["run"] for row in rows} == {"observe", "topk"}
    assert all("door 13?" in row["question"] for row in rows)


def test_formulas_are_not_saved_as_formulas(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.open(pages("a"))
    cells = tab.run("['=1+1', '-0.5', '@x', 'a,\"b\"', null, 2].map(csvCell)")
    assert cells == ["'=1+1", "-0.5", "'@x", '"a,""b"""', "", "2"]


def test_it_fits_a_telephone_in_the_dark(tab: Tab, pages: Callable[[str], str]) -> None:
    tab.resize(390, 844, dark=True)
    tab.open(pages("ab"))
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
    tab.run("document.getElementById('row-1').click()")
    tab.until(OPENED)
    assert tab.run("document.getElementById('dialog').scrollWidth <= innerWidth")
    tab.resize(1300, 1000)
