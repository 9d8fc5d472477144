"""The whole way over HTTP: what a model that truly reads finds in a film, and how few calls it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from playhead.agent.result import Answer
from playhead.eval.looking import Row, measure, settings
from playhead.eval.viewer.films import Film, film
from playhead.eval.viewer.server import Viewer
from playhead.tools.types import Usage


@pytest.fixture(scope="module")
def shown() -> Film:
    return film(6, seed=3, needles=1)


def test_a_needle_a_count_and_what_is_never_shown_take_few_calls(shown: Film, tmp_path: Path) -> None:
    rows = list(
        measure(shown, Viewer(terse=True), settings("needed"), tmp_path, ["needle", "count", "unans"])
    )
    assert [row.asking.name.split()[0] for row in rows] == ["needle", "count", *["unanswerable"] * 3]
    assert all(row.right and row.cited for row in rows), [row.answer.text for row in rows]
    assert max(row.answer.usage.model_calls for row in rows) <= 6


def test_where_descriptions_leave_the_code_out_one_look_at_their_places_finds_it(
    shown: Film, tmp_path: Path
) -> None:
    (row,) = measure(shown, Viewer(terse=True), settings("all"), tmp_path, ["needle"])
    assert (row.right, row.cited) == (True, True), row.answer.text
    assert row.answer.usage.model_calls <= 3
    assert row.answer.usage.frames <= 50


def test_broken_replies_and_short_sight_cost_calls_and_no_truth(shown: Film, tmp_path: Path) -> None:
    clumsy = Viewer(near_sighted=True, broken_rate=0.2)
    (row,) = measure(shown, clumsy, settings("needed"), tmp_path, ["needle"])
    assert row.right, row.answer.text


def test_what_indexing_left_undescribed_counts_as_describing(shown: Film) -> None:
    spent = {role: Usage(model_calls=n) for n, role in enumerate(("planner", "captioner", "indexing"), 1)}
    assert Row(shown.questions[0], Answer("", by_role=spent), 1.0).describing == 2 + 3
