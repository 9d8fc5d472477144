"""Replies that say nothing are told from short and from long answers that do."""

from __future__ import annotations

import pytest

from playhead.agent.loop.replies import endless, hollow
from playhead.prompts import render

TASK = render("answer", options=(), candidate="")


@pytest.mark.parametrize(
    "text",
    [
        "The evidence is true, but the evidence is false, but " * 9,
        "one or two sentences in the language of the question; when found is false, say that the",
    ],
)
def test_circles_and_copies_of_the_task_are_hollow(text: str) -> None:
    assert hollow(text, TASK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The video does not show it.",
        "No, no, no, no, no, no, no, no, no!",
        "The cook hides the key under the blue carpet, and the twin finds it there at midnight.",
        "He counts one sheep, two sheep, three sheep, four sheep, five sheep, and then he sleeps.",
    ],
)
def test_what_says_something_is_not(text: str) -> None:
    assert not hollow(text, TASK)


def test_blanks_without_end_and_circles_are_endless() -> None:
    assert endless('{"found": true,' + "\n\t " * 40)
    assert endless('{"answer": "' + "1." * 40)
    assert not endless('{"answer": "The cook hides the key under the blue carpet, and the twin finds it')
