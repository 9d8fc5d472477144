"""Open questions: the shortest quote that answers, with how likely it is that it does.

A candidate is a sentence of a memory. It answers when what the question is about is said in it or right
beside it, when it is alike in meaning, and when it holds what kind of thing is asked for: a figure, a name, a
colour. A sentence that lacks the asked kind is extended by its neighbour; a question gives way to its reply.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from playhead.agent.offline import order
from playhead.agent.offline.corpus import Corpus, Embed, Floats
from playhead.agent.offline.question import Question
from playhead.agent.offline.scope import slope
from playhead.agent.offline.terms import STOP_WORDS, number, sentences, terms, words
from playhead.tools.types import Memory

CANDIDATES = 24
"""Memories that are looked at closely."""
TAKEN_FOR_GRANTED = 1.5
"""How much more the words weigh that follow an article: without `the submarine` there is no price of it."""
REACH_S = 6.0
"""How far beside a memory the question's words may be said."""
JOIN_S = 2.5
"""A reply, or the second half of a sentence, begins at most this long after the first."""

COVERAGE, LIKENESS, FITTING, HEADED, OFFSET = 6.0, 4.0, 1.5, 1.0, -6.0
"""Log-odds that a quote answers: share of the question's words, cosine, asked kind held, noun of `which`.

Set on made-up recordings and on dialogue with questions of other recordings as the unanswerable ones; see
docs/offline.md.
"""

MISSING, PERHAPS = -3.5, -1.5
"""Log-odds when the asked kind of thing is not held; for `who` it may be a noun that no list knows."""

_COLOUR = re.compile(
    r"\b(?:red|green|blue|yellow|orange|purple|violet|pink|brown|black|white|gr[ae]y|gold\w*|silver|beige|turquoise)\b"
)
_PERSON = re.compile(
    r"\b(?:man|woman|men|women|boy|girl|child|children|kid|baby|lady|guy|people|person|mother|father|doctor|teacher|"
    r"son|daughter|brother|sister|king|queen|officer|player|he|she|they|we|i)\b"
)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_PLACE = re.compile(
    r"\b(?:in|at|on|from|into|onto|near|under|behind|inside|outside|above|below|beside|between|over|through|towards?|"
    r"across|around)\b|\bto (?:the|a|an|my|our|his|her|their)\b"
)
_DATED = re.compile(
    r"\d|\b(?:mid)?noon\b|\bmidnight\b|\bo'?clock\b|\b(?:morning|evening|afternoon|tonight|yesterday|today|tomorrow)\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:spring|summer|autumn|winter)\b|\bhalf past\b|"
    r"\b(?:january|february|april|june|july|august|september|october|november|december)\b"
)
"""A time of its own; without one the answer to `when` is the second at which it is said."""
_COLOUR_ASKED = re.compile(r"\bcolou?r\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Quote:
    """Words of one or more neighbouring memories, the indices of these, and what speaks for them."""

    text: str
    memories: tuple[int, ...]
    coverage: float
    likeness: float
    fitting: bool
    headed: float = 0.0
    follows: float = 0.0
    unfit: float = MISSING
    own: float = 0.0
    """Share of the question's words that the quote itself holds; `coverage` counts its neighbours too."""

    @property
    def probability(self) -> float:
        """That the quote answers the question, 0..1."""
        return 1 / (1 + math.exp(-self.log_odds))

    @property
    def log_odds(self) -> float:
        odds = COVERAGE * max(self.coverage, self.follows) + LIKENESS * max(0.0, self.likeness) + OFFSET
        return odds + (FITTING if self.fitting else self.unfit) + HEADED * self.headed


@dataclass(frozen=True)
class _Unit:
    text: str
    memory: int


def best(question: Question, corpus: Corpus, embed: Embed) -> list[Quote]:
    """Quotes by how likely they answer, best first; of equals the earlier (the later for `last`)."""
    if not len(corpus):
        return []
    likeness = corpus.closest(embed([question.text]))[:, 0]
    follows, place = order.following(question, corpus), slope(corpus, question)
    fit = (_near(question.about, corpus) + likeness + 2 * follows) * place
    if follows.any():
        fit = np.where(follows > 0, fit, 0.0)
    chosen = np.argsort(-fit, kind="stable")[:CANDIDATES]
    quotes = [_quote(question, corpus, int(i), float(likeness[i]), float(follows[i])) for i in sorted(chosen)]
    quotes = quotes[::-1] if question.ordinal == "last" else quotes
    return sorted(quotes, key=lambda quote: -quote.probability * place[quote.memories[0]])


def _near(wanted: Sequence[str], corpus: Corpus) -> Floats:
    total = corpus.weights.mass(wanted) or 1.0
    parts = (corpus.weights[word] * corpus.term_near(word, REACH_S) for word in wanted)
    return sum(parts, np.zeros(len(corpus))) / total


def _quote(question: Question, corpus: Corpus, index: int, likeness: float, follows: float) -> Quote:
    units = _units(corpus, index)
    holds = _holds(question)
    own = [place for place, unit in enumerate(units) if unit.memory == index]
    start = max(own, key=lambda place: _worth(question, corpus, units[place], holds))
    chosen = _extended(units, start, holds)
    context = [unit for unit in units if abs(units.index(unit) - start) <= 1] + chosen
    between = " / " if corpus.memories[index].kind == "screen" else " "
    text = between.join(unit.text for unit in chosen)
    memories = tuple(dict.fromkeys(unit.memory for unit in chosen))
    unfit = PERHAPS if question.asks == "who" and "nam" not in question.terms else MISSING
    unfit = FITTING if question.asks == "time" else unfit
    headed = _headed(question, corpus, text)
    alone = _share(question, corpus, chosen)
    spoken = alone > 0 and corpus.memories[index].kind == "speech"
    shown = corpus.shown_at(index) - {question.head} if spoken else frozenset()
    coverage = _share(question, corpus, context, shown)
    return Quote(text, memories, coverage, likeness, holds(text), headed, follows, unfit, alone)


def _headed(question: Question, corpus: Corpus, text: str) -> float:
    """1 when the quote names the thing after `which`, -1 when nobody ever does, else 0."""
    if not question.head:
        return 0.0
    if question.head not in corpus.weights:
        return -1.0
    return float(question.head in terms(text))


def _worth(question: Question, corpus: Corpus, unit: _Unit, holds: Callable[[str], bool]) -> float:
    """How good a beginning a sentence is: the question's words, the noun after `which`, the asked kind."""
    held = terms(unit.text)
    return _share(question, corpus, [unit]) + 0.5 * (question.head in held) + 0.25 * holds(unit.text)


def _units(corpus: Corpus, index: int) -> list[_Unit]:
    """The sentences of a memory, of the one that leads up to it and of the two that go on from it."""
    kept = [index]
    if index and _goes_on(corpus, index - 1, index):
        kept.insert(0, index - 1)
    for later in range(index + 1, min(index + 3, len(corpus))):
        if not _goes_on(corpus, later - 1, later):
            break
        kept.append(later)
    return [_Unit(text, i) for i in kept for text in _sentences(corpus.memories[i]) or [""]]


def _sentences(memory: Memory) -> list[str]:
    """Lines are units of their own on a screen; what is said goes on over the end of a line."""
    return sentences(" ".join(memory.text.split()) if memory.kind == "speech" else memory.text)


def _goes_on(corpus: Corpus, first: int, then: int) -> bool:
    same = corpus.memories[first].kind == corpus.memories[then].kind
    return same and -0.5 <= corpus.starts_s[then] - corpus.ends_s[first] <= JOIN_S


def _extended(units: Sequence[_Unit], start: int, holds: Callable[[str], bool]) -> list[_Unit]:
    """The unit, or its reply when it is a question, and what it takes to hold the asked kind of thing.

    Units of other memories are taken only where the sentence goes on in them.
    """
    if (reply := _reply(units, start)) is not None:
        start = reply
    end = start + 1 if _broken_off(units, start) else start
    for first, last in ((start, end), (start, end + 1), (start - 1, end), (start, end + 2)):
        if first < 0 or last >= len(units) or not all(_together(units, i) for i in range(first, last)):
            continue
        if holds(" ".join(unit.text for unit in units[first : last + 1])):
            return list(units[first : last + 1])
    return list(units[start : end + 1])


def _together(units: Sequence[_Unit], place: int) -> bool:
    return units[place].memory == units[place + 1].memory or _broken_off(units, place)


def _broken_off(units: Sequence[_Unit], place: int) -> bool:
    """Whether the sentence goes on in the next memory: no end mark here, no capital letter there."""
    if place + 1 >= len(units) or units[place].memory == units[place + 1].memory:
        return False
    text, then = units[place].text.rstrip(), units[place + 1].text.lstrip(".… ")
    ended = text.endswith((".", "!", "?")) and not text.endswith("...")
    return not ended and not then[:1].isupper()


def _reply(units: Sequence[_Unit], start: int) -> int | None:
    """What follows the question that the unit is part of; None for a statement or without a reply."""
    same = [place for place in range(start, len(units)) if units[place].memory == units[start].memory]
    asking = [place for place in same if units[place].text.rstrip("\"'”’ ").endswith(("?", "؟", "？"))]
    if not asking or asking[0] + 1 >= len(units) or units[asking[0] + 1].text.endswith("?"):
        return None
    return asking[0] + 1


def _share(
    question: Question, corpus: Corpus, units: Sequence[_Unit], beside: frozenset[str] = frozenset()
) -> float:
    """Weighted share of the question's words in these units; what it takes for granted weighs more."""
    held = {word for unit in units for word in terms(unit.text)} | beside
    mass = {
        word: corpus.weights[word] * (TAKEN_FOR_GRANTED if word in question.entities else 1)
        for word in question.about
    }
    return sum(mass[word] for word in mass if word in held) / (sum(mass.values()) or 1.0)


def _holds(question: Question) -> Callable[[str], bool]:
    """Whether a text holds the kind of thing asked for, beyond what the question itself says."""
    said = set(words(question.text))
    if _COLOUR_ASKED.search(question.text):
        return lambda text: bool(_COLOUR.search(text.lower()))
    if question.asks in ("count", "number"):
        return lambda text: (
            any(number(word) is not None and word not in said for word in words(text))
            or bool(question.asks == "number" and _FIGURE.search(text))
        )
    if question.asks == "time":
        return lambda text: bool(_DATED.search(text.lower()))
    if question.asks == "where":
        return lambda text: bool(_PLACE.search(text.lower())) or _names(text, set(question.terms))
    if question.asks == "who":
        return lambda text: _names_somebody(text, set(question.terms))
    return lambda text: any(word not in said and word not in STOP_WORDS for word in words(text))


def _names_somebody(text: str, said: set[str]) -> bool:
    return _names(text, said) or bool(_PERSON.search(text.lower()))


def _names(text: str, said: set[str]) -> bool:
    """Whether a capitalised word stands in it that the question does not have."""
    return bool({word for name in _NAME.findall(text) for word in terms(name)} - said)
