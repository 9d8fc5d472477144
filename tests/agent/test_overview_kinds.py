"""Which kind of request a question is, with an embedder that knows words only."""

from __future__ import annotations

import pytest

from playhead.agent.overviews.kinds import kind_of
from playhead.tools import registry

embed = registry.load("embedders", "hashing").embed_texts


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is this recording about?", "about"),
        ("Give me a summary of the whole talk", "summary"),
        ("Please summarise how the market works", "summary"),
        ("Which topics are discussed?", "topics"),
        ("Chapters with timestamps please", "chapters"),
        ("Show me the key moments", "moments"),
        ("Who are the speakers in this recording?", "speakers"),
        ("Worum geht es in dem Video?", "about"),
    ],
)
def test_requests_are_told_in_other_words_than_the_examples(question: str, kind: str) -> None:
    assert kind_of(question, embed) == kind


@pytest.mark.parametrize(
    "question",
    [
        "Where is the key?",
        "What is the name of the film?",
        "Who speaks to the guard?",
        "What is the title of her talk?",
        "Which parts of the engine broke?",
        "What colour is the video recorder?",
        "",
        "?" * 5000,
    ],
)
def test_a_plain_question_is_no_overview(question: str) -> None:
    assert kind_of(question, embed) is None
