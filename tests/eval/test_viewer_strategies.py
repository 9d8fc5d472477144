"""All strategies in front of the simulated viewer: none needs more calls than its file states, and what the
film never shows is not found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from playhead.agent.strategy import find
from playhead.eval.looking import Captions, Screening, screening, settings
from playhead.eval.strategies import NAMES, TUNED, head, kinds, line
from playhead.eval.viewer.films import film
from playhead.eval.viewer.server import Viewer


def _screened(captions: Captions) -> Any:
    """A fixture: the film on show, its clips described before or when needed."""

    @pytest.fixture(scope="module")
    def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screening]:
        folder = tmp_path_factory.mktemp(captions)
        with screening(film(6, seed=3, needles=1), Viewer(), settings(captions), folder) as showing:
            yield showing

    return shown


screened, undescribed = _screened("all"), _screened("needed")


@pytest.mark.parametrize("strategy", NAMES)
def test_what_is_never_shown_is_not_found_within_the_stated_calls(screened: Screening, strategy: str) -> None:
    never = [asking for asking in screened.film.questions if not asking.places]
    asking = never[NAMES.index(strategy) % len(never)]
    answer = screened.ask(asking, strategy).answer
    assert not answer.found, answer.text
    assert answer.usage.model_calls <= find(strategy)[1].most_calls


@pytest.mark.parametrize("strategy", ["goldfish", "llovi", "m3", "mr_video", "sevices"])
def test_describing_on_the_way_is_told_apart_from_the_stated_calls(
    undescribed: Screening, strategy: str
) -> None:
    row = undescribed.ask(undescribed.film.questions[0], strategy)
    assert row.describing > 0
    assert row.answer.usage.model_calls - row.describing <= find(strategy)[1].most_calls


def test_a_row_says_what_was_right_and_what_it_cost(screened: Screening) -> None:
    rows = [
        screened.ask(asking, "topk") for asking in screened.film.questions if asking.name[:3] in "needle una"
    ]
    columns = [cell.strip() for cell in head(list(kinds(rows))).splitlines()[0].split("|")]
    row = dict(zip(columns, map(str.strip, line("topk", rows).split("|")), strict=True))
    assert row["strategy"] == ("topk" if "topk" in TUNED else "topk (held out)")
    assert (row["needle"], row["unanswerable"], row["right"]) == ("1/1", "3/3", "4/4")
    cost = [row[name] for name in ("calls", "at most", "describing", "rest", "stated")]
    assert cost == ["1", "1", "0", "1", "1"]
