"""A floor under the answers about made-up recordings, with the embedder that needs no model."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.agent.made_up_worlds import MAKERS, measure


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_most_questions_about_made_up_recordings_are_answered_and_cited(name: str) -> None:
    total = sum(measure(name).values(), Counter[str]())
    assert total["right"] >= 0.8 * total["asked"]
    assert total["cited"] >= 0.85 * total["citable"]


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_what_nobody_says_is_refused(name: str) -> None:
    count = measure(name)["unanswerable"]
    assert count["right"] >= 0.9 * count["asked"]
