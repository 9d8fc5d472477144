"""What is read from a question's words, and the stretch of time it names."""

from __future__ import annotations

import time

import pytest

from playhead.agent.offline.question import analyse
from playhead.agent.offline.time_window import window
from playhead.tools.types import Span


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("When does the train leave?", "time"),
        ("At about what time does she go?", "time"),
        ("How many cars pass?", "count"),
        ("What is the smallest number of bottles?", "count"),
        ("How much does it cost?", "number"),
        ("Which version of Python is installed?", "number"),
        ("Who hides the key?", "who"),
        ("Where is the key?", "where"),
        ("Why did he leave?", "why"),
        ("Is there any car?", "yes_no"),
        ("How did he open the door?", "how"),
        ("In which order do they come?", "order"),
        ("あなたは誰ですか", "what"),
    ],
)
def test_the_kind_of_answer(text: str, asks: str) -> None:
    assert analyse(text).asks == asks


def test_the_anchor_of_a_relation() -> None:
    question = analyse("What does the boy do right after the bell rings?")
    assert (question.relation, question.anchor, question.immediate) == ("after", "the bell rings", True)
    assert analyse("In the elevator scene, what does she say?").anchor == "the elevator scene"
    assert analyse("What happens in the video?").relation == ""


def test_labelled_items() -> None:
    question = analyse("In which order do these appear: (A) elevator, (B) phone, (C) birds?")
    assert question.items == (("a", "elevator"), ("b", "phone"), ("c", "birds"))


@pytest.mark.parametrize(
    "text", ["Which of these is not mentioned?", "All happen except what?", "Which is NOT shown?"]
)
def test_negation(text: str) -> None:
    assert analyse(text).negated


@pytest.mark.parametrize(
    "text", ["Why does he not answer?", "What does he do when the page does not hold still?"]
)
def test_a_negation_inside_the_event_is_none(text: str) -> None:
    assert not analyse(text).negated


def test_first_counts_only_outside_the_anchor() -> None:
    assert analyse("Which animal is shown first?").ordinal == "first"
    assert analyse("What did she do when he first fell?").ordinal == ""


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a car between second 9 and second 14?", Span(9, 14)),
        ("from 1:20 to 2:30", Span(80, 150)),
        ("between minute 2 and 1", Span(60, 120)),
        ("what is shown at 2:30?", Span(140, 160)),
        ("what happens after 3:00", Span(180, 600)),
        ("in the first 30 seconds", Span(0, 30)),
        ("in the last two minutes", Span(480, 600)),
        ("in the second half", Span(300, 600)),
        ("between 9 and 14 people", None),
        ("at 10 m height", None),
        ("after 99:00", None),
    ],
)
def test_a_stretch_named_in_the_question(text: str, span: Span | None) -> None:
    assert window(text, 600.0) == span


@pytest.mark.parametrize(
    "text", ["", "?" * 1000, "(" * 50_000, "who " * 25_000, "after " * 20_000, "\u202eabc"]
)
def test_hostile_questions_are_read_quickly(text: str) -> None:
    started_s = time.thread_time()
    assert analyse(text).asks
    window(text, 60.0)
    assert time.thread_time() - started_s < 2.0
