"""Questions that ask for several things."""

from __future__ import annotations

import pytest

from playhead.agent.offline.answering import Support, answer
from playhead.agent.offline.corpus import Corpus
from playhead.agent.offline.plural import count_of
from playhead.tools import registry
from playhead.tools.types import Memory, Span

embed = registry.load("embedders", "hashing").embed_texts
ISLE = (
    "The lighthouse needs several tools for its lamp.",
    "One tool is the brass wick.",
    "It lasts for a year of storms.",
    "Another tool is the long ladder.",
    "And finally a bucket of oil from the harbour.",
    "The keeper sleeps in the day, and nobody wakes him before noon.",
)


def ask(question: str, *said: str, every_s: float = 10.0) -> Support:
    spans = [Span(every_s * i, every_s * i + 8) for i in range(len(said))]
    memories = [Memory("v", span, "speech", text) for span, text in zip(spans, said, strict=True)]
    corpus = Corpus.of(memories, embed(said)).refined(embed)
    return answer(question, (), corpus, embed)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Which three reasons does she give?", 3),
        ("What are the 4 steps?", 4),
        ("Name the tools of the lamp", 0),
        ("What are the stages of the disease?", 0),
        ("Which plants grow there?", 0),
        ("What reasons did she give?", 0),
        ("What happens if it rains?", None),
        ("What is the news of the day?", None),
        ("What are hedgehogs like?", None),
        ("Who are the speakers?", None),
        ("What stops the mill?", None),
    ],
)
def test_a_list_is_asked_for_by_number_or_plural(question: str, count: int | None) -> None:
    assert count_of(question) == count


def test_items_of_several_places_are_joined_each_with_its_time() -> None:
    found = ask("Which three tools does the lamp of the lighthouse need?", *ISLE)
    assert found.text.splitlines() == [
        "00:10 The brass wick.",
        "00:30 The long ladder.",
        "00:40 A bucket of oil from the harbour.",
    ]
    assert [memory.span.start_s for memory in found.evidence] == [10, 30, 40]


def test_a_sentence_that_lists_them_is_quoted_with_the_one_before_it() -> None:
    told = ("The mill grinds three grains.", "They are barley, oats and rye.", "Its wheel turns slowly.")
    found = ask("Which grains does the mill grind?", *told)
    assert found.text.startswith("00:10 The mill grinds three grains. They are barley, oats and rye.")


def test_no_more_items_than_asked_for_and_no_more_words_than_allowed() -> None:
    tools = ("wick", "ladder", "bucket", "brush", "hammer", "candle", "rope", "lens", "bell")
    long = [f"Another tool is the {tool}, which nobody can use without having learned it." for tool in tools]
    found = ask("Which tools does the lamp need?", ISLE[0], *long)
    assert len(found.text.splitlines()) == 7
    assert len(found.text.split()) <= 60


def test_what_enumerates_nothing_is_quoted_as_ever() -> None:
    said = ("Only sea oats grow on the dunes.", *ISLE)
    assert ask("Which plants grow on the dunes?", *said, every_s=80.0).text == said[0]
