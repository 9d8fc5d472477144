"""Key phrases: what is named, and neither verbs nor adverbs."""

from __future__ import annotations

import numpy as np

from playhead.tools import registry
from playhead.tools.words.nouns import no_nouns
from playhead.tools.words.phrases import key_phrases

embed = registry.load("embedders", "hashing").embed_texts


def phrases(*texts: str) -> list[str]:
    return key_phrases([texts], np.mean(embed(texts), axis=0, keepdims=True), embed)[0]


def test_what_is_done_names_nothing() -> None:
    found = phrases(
        "They must've stolen the crown jewels.", "You can win the crown jewels.", "We'll win them."
    )
    assert found == ["crown jewels"]


def test_an_adverb_is_no_part_of_a_name() -> None:
    found = phrases("Then occasionally Melissa reads.", "There occasionally Melissa writes.")
    assert not any("occasionally" in phrase for phrase in found)


def test_of_the_whole_a_name_of_several_words_says_more_than_one_word() -> None:
    told = ("The limbic system of the brain.", "A limbic system.", "The brain.")
    assert phrases(*told)[0] == "limbic system"


def test_who_is_called_is_not_what_is_talked_about() -> None:
    told = ("Okay, Jack, the bag is empty.", "Jack, look at the bag.", "The bag, Jack.", "Go on, Jack.")
    assert phrases(*told) == ["bag"]
    assert "Jack" in phrases("This suit belongs to Jack.", "The suit of Jack is red.")


def test_a_word_that_is_met_behind_articles_names_something() -> None:
    told = [["The", "coding", "is", "hard"], ["it", "is", "centered"], ["a", "lamp", "floating"]]
    assert {"hard", "centered", "floating"} <= no_nouns(told)
    assert no_nouns(told).isdisjoint(("coding", "lamp"))


def test_no_name_holds_a_word_twice() -> None:
    assert phrases("The view view of the lake.", "A view of the lake.") == ["view", "lake"]
