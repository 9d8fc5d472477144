"""Grading by key phrases, on answers whose grade is plain."""

from __future__ import annotations

from typing import Any

import pytest

from playhead.eval.key_phrases import MOST_WORDS, cites, grade
from playhead.eval.types import Prediction, Sample
from playhead.tools.types import Span


def asked(kind: str, **gold: Any) -> Sample:
    return Sample("1", "v", "?", tags={"kind": (kind,)}, evidence=(Span(10, 20),), official=gold)


@pytest.mark.parametrize(
    ("text", "value"),
    [("It was SHA-1.", 1.0), ("sha-128", 0.0), ("word " * MOST_WORDS + "sha-1", 0.0)],
)
def test_a_phrase_counts_as_whole_words_within_the_limit(text: str, value: float) -> None:
    assert grade(asked("fact", any_of=["sha-1"]), Prediction(text)) == value


def test_a_list_needs_enough_of_its_points() -> None:
    sample = asked("list", at_least=2, of=[["fear"], ["anger", "angry"], ["joy"]])
    assert grade(sample, Prediction("Fear, and being angry.")) == 1.0
    assert grade(sample, Prediction("Fear, fear and fear.")) == 0.0


@pytest.mark.parametrize(
    ("text", "value"), [("No, never.", 1.0), ("Yes, no doubt.", 0.0), ("It was never built.", 1.0)]
)
def test_yes_or_no_is_decided_by_how_the_answer_opens(text: str, value: float) -> None:
    assert grade(asked("yes_no", answer="no", any_of=["no", "never"]), Prediction(text)) == value


def test_what_nobody_says_is_right_without_an_answer_only() -> None:
    closest = Prediction("No clear answer.", found=False, evidence=(Span(1, 2),))
    assert grade(asked("unanswerable"), closest) == 1.0
    assert grade(asked("unanswerable"), Prediction("Ann")) == 0.0


def test_the_closest_moments_are_cited_though_they_answer_nothing() -> None:
    closest = Prediction("No clear answer.", found=False, evidence=(Span(15, 16),))
    assert grade(asked("fact", any_of=["answer"]), closest) == 0.0
    assert cites(asked("fact"), closest)
