"""Questions of how many times something is met: one memory for each time."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from playhead.agent.offline.corpus import Corpus
from playhead.agent.offline.question import GENERIC, Question
from playhead.tools.words.stems import number, terms

APART_S = 5.0
"""Memories closer than this are one and the same time."""
SURE = 0.5
"""That a count of occasions is right."""
_TIMES = re.compile(r"\bhow (many times|often)\b")
_UTTERED = re.compile(
    r"\bhow (?:many times|often)\b.*?\b(?:says?|said|mention(?:s|ed|ing)?|repeats?|utters?)\b"
    r"(?: the (?:word|name|phrase))? (?P<what>.+)"
)
_COUNTING = frozenset(terms("many often times time total number different video count overall"))


def counted(question: Question) -> tuple[str, ...]:
    """The stems of what is counted, without the words that only say that it is counted."""
    return tuple(
        word for word in question.focus or question.terms if word not in _COUNTING and number(word) is None
    )


def occasions(question: Question, corpus: Corpus) -> list[int]:
    """One memory for each time at which what is counted is met; for a word, for each saying of it.

    None where a thing that the question takes for granted is met nowhere: the others alone are not it.
    """
    if any(word not in corpus.weights for word in question.entities - GENERIC - _COUNTING):
        return []
    if spoken := _UTTERED.search(question.text.lower()):
        return _utterances(terms(spoken["what"]), corpus)
    held = corpus.coverage(counted(question))
    if held.max() < 0.5:
        return []
    found: list[int] = []
    for index in np.flatnonzero(held >= 0.8 * held.max()):
        if not found or corpus.starts_s[index] - corpus.ends_s[found[-1]] >= APART_S:
            found.append(int(index))
    return found


def _utterances(phrase: Sequence[str], corpus: Corpus) -> list[int]:
    """The memory of every occurrence of a phrase in what was said or shown, once for each occurrence."""
    length = len(phrase)
    return [
        index
        for index, held in enumerate(corpus.stems)
        for place in range(len(held) - length + 1)
        if length and list(held[place : place + length]) == list(phrase)
    ]


def of_times(question: Question) -> bool:
    """Whether occasions are to be counted: `how many times`, `how often`."""
    return question.asks == "count" and bool(_TIMES.search(question.text.lower()))
