"""Questions of how many: a number said beside the thing counted, else how many times it is met."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from playhead.agent.offline.corpus import Corpus, Floats
from playhead.agent.offline.question import GENERIC, Question
from playhead.tools.words.stems import number, stem, terms, words

REACH_WORDS = 3
"""How many words may stand between a number and what it counts."""
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


def value(option: str) -> float | None:
    """The number that an option is about, when it names exactly one."""
    values = [found for word in words(option) if (found := number(word)) is not None]
    return values[0] if len(values) == 1 else None


def values(options: Sequence[str]) -> list[float] | None:
    """One number an option, or None when an option has none or several."""
    found = [value(option) for option in options]
    return None if any(item is None for item in found) else [item for item in found if item is not None]


def counted(question: Question) -> tuple[str, ...]:
    """The stems of what is counted, without the words that only say that it is counted."""
    return tuple(
        word for word in question.focus or question.terms if word not in _COUNTING and number(word) is None
    )


def stated(question: Question, corpus: Corpus) -> Counter[float]:
    """How much is said for each number: memories in which it stands before a thing that is counted."""
    things = set(counted(question))
    found: Counter[float] = Counter()
    for index in sorted({int(i) for word in things for i in corpus.postings.get(word, ())}):
        found.update(_beside(words(corpus.memories[index].text), things))
    return found


def _beside(spoken: Sequence[str], things: set[str]) -> set[float]:
    stems = [stem(word) for word in spoken]
    return {
        amount
        for place, word in enumerate(spoken)
        if (amount := number(word)) is not None and things & set(stems[place + 1 : place + 2 + REACH_WORDS])
    }


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


def support(question: Question, options: Sequence[str], corpus: Corpus) -> Floats:
    """For numeric options the share of what is said for each, or 0.5 for the counted one; else zeros."""
    numbers = values(options)
    if question.asks not in ("count", "number") or numbers is None:
        return np.zeros(len(options))
    said = stated(question, corpus)
    shares = np.array([float(said[item]) for item in numbers])
    if shares.sum() > 0 and not of_times(question):
        return np.asarray(shares / shares.sum())
    times = len(occasions(question, corpus))
    return np.array([0.5 if times and item == times else 0.0 for item in numbers])
