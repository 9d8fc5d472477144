"""The groups of words that lists of words to leave out are made of."""

from __future__ import annotations

from itertools import combinations

from playhead.tools.memory import lexical
from playhead.tools.words import function_words as groups
from playhead.tools.words import keywords, stems


def test_every_word_stands_in_one_group() -> None:
    found = [group for group in vars(groups).values() if isinstance(group, frozenset)]
    assert len(found) >= 6
    assert not [one & other for one, other in combinations(found, 2) if one & other]


def test_a_search_leaves_out_what_the_answerer_must_read() -> None:
    assert {"after", "only"} <= lexical.STOP_WORDS - stems.STOP_WORDS
    assert {"und", "les"} <= stems.STOP_WORDS - lexical.STOP_WORDS
    assert keywords.words("Well, T. rex really ate the gonna-be fish") == ["rex", "ate", "gonna-be", "fish"]
