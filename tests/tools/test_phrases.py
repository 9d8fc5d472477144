"""Key phrases: what is named, and neither verbs nor adverbs."""

from __future__ import annotations

import numpy as np

from playhead.tools import registry
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
