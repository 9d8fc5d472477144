"""Which passages answer an open question, how likely the best one does, and whether any can.

Two linear scores over the columns of `columns`, one of every passage and one of the likeliest; their weights
were learned from real questions (docs/offline.md). Two logistic regressions say from the best passage how
likely it answers, and whether the recording answers at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from playhead.agent.offline.columns import (
    FIRST_NAMES,
    SECOND_NAMES,
    coverage,
    first_columns,
    second_columns,
)
from playhead.agent.offline.corpus import Corpus, Embed, Floats, Indices
from playhead.agent.offline.kinds import LISTED
from playhead.agent.offline.passages import Passages, total
from playhead.agent.offline.question import Question
from playhead.agent.offline.weights import ANSWERABLE, FIRST, SECOND, SURE
from playhead.tools.words.stems import terms

CANDIDATES = 32
"""Passages that are looked at again; embedding them is most of what a question costs."""
SURE_NAMES = ("share", "cosine_best", "answer_type_near", "places", "lacks", "unnamed")
ANSWERABLE_NAMES = ("whole", "cosine", "cosine_best", "places", "lacks", "unnamed")
FEW = 6
"""Places below which it tells nothing that they are so few: a short recording has no more."""
HARDLY_COVERED, HARDLY_ALIKE = 0.2, 0.35
"""Share of the words of a question, and cosine, under which a passage has nothing to do with it."""
NEARNESS = 0.4
"""What the log-odds of standing near the last answer count for when it is said how sure an answer is."""


@dataclass(frozen=True)
class Ranked:
    """Candidates: the best passage, then the others by their scores. `columns`: candidates x SECOND_NAMES.

    `share`: how much of the answer the best one is expected to hold, 0..1.
    """

    passages: Passages
    candidates: Indices
    columns: Floats
    share: float
    prior: float = 0.0
    """What is added to the log-odds that the best one answers."""
    told: frozenset[int] = frozenset()
    """Sentences that the last answer said."""


@dataclass(frozen=True)
class Earlier:
    """What the last answer of a conversation says of where the next one is.

    `near`: log-odds that a memory holds it, by its id, 0 where it is missing; `told`: ids of what was said.
    """

    near: Mapping[str, float]
    told: frozenset[str]


def rank(question: Question, corpus: Corpus, embed: Embed, earlier: Earlier | None = None) -> Ranked:
    """The likeliest passages of a corpus that is not empty."""
    found = Passages.of(corpus)
    asked = embed([question.text])[0]
    columns = first_columns(question, found, asked)
    near = np.zeros(len(found))
    if earlier:
        each = np.array([earlier.near.get(found.memory(i).id, 0.0) for i in range(len(found.texts))])
        near = total(each * found.lengths, *found.bounds()) / total(found.lengths, *found.bounds())
    scores = columns @ np.array([FIRST[name] for name in FIRST_NAMES]) + near
    likely = np.argsort(-scores, kind="stable")[:CANDIDATES]
    table = second_columns(question, found, likely, columns, asked, embed)
    scores = table @ np.array([SECOND[name] for name in SECOND_NAMES]) + near[likely]
    best = ordered(found, likely, table, scores)
    if not earlier:
        return best
    told = frozenset(i for i in range(len(found.texts)) if found.memory(i).id in earlier.told)
    return replace(best, prior=NEARNESS * float(near[best.candidates[0]]), told=told)


def ordered(found: Passages, candidates: Indices, columns: Floats, scores: Floats) -> Ranked:
    """The best passage is expected to hold most of the answer: those that overlap speak for one another.

    The probability of each passage goes to every other by the share of its words that stands there too
    (minimum Bayes risk; Kumar and Byrne, 2004).
    """
    first, last = found.first[candidates], found.last[candidates]
    ends = np.concatenate([[0.0], np.cumsum(found.lengths)])
    start, end = np.maximum(first[:, None], first), np.minimum(last[:, None], last) + 1
    shared = np.where(end > start, ends[np.maximum(start, end)] - ends[start], 0.0)
    chances = np.exp(scores - scores.max())
    held = shared / np.maximum(1.0, ends[last + 1] - ends[first]) @ (chances / chances.sum())
    scores = scores.copy()
    scores[held.argmax()] = np.inf
    order = np.argsort(-scores, kind="stable")
    return Ranked(found, candidates[order], columns[order], float(held.max()))


def apart(ranked: Ranked) -> list[int]:
    """The candidates that overlap with no better one, best first."""
    first, last = ranked.passages.first, ranked.passages.last
    kept: list[int] = []
    for number in map(int, ranked.candidates):
        if all(last[k] < first[number] or first[k] > last[number] for k in kept):
            kept.append(number)
    return kept


def signs(question: Question, ranked: Ranked) -> dict[str, float]:
    """What SURE and ANSWERABLE weigh: the columns of the best passage, its share, over how many places the
    candidates are scattered, whether the best one lacks the figure or colour asked for, and whether a name of
    the question occurs nowhere."""
    named = dict(zip(SECOND_NAMES, map(float, ranked.columns[0]), strict=True))
    met = coverage(question, ranked.passages).max(axis=1, initial=0.0)
    unmet = {word for word, most in zip(question.terms, met, strict=True) if most == 0.0}
    names = {word for shape in question.text.split()[1:] if not shape.islower() for word in terms(shape)}
    lacks = question.asks in LISTED and not named["answer_type"]
    return named | {
        "share": float(np.log(ranked.share + 1e-9)),
        "places": float(max(FEW, len(apart(ranked)))),
        "lacks": float(lacks),
        "unnamed": float(bool(names & unmet)),
    }


def probability(question: Question, ranked: Ranked) -> float:
    """That what is quoted of the best passages answers the question, 0..1."""
    return _logistic(SURE, signs(question, ranked), ranked.prior)


def answerable(question: Question, ranked: Ranked) -> float:
    """That the recording answers the question, whether the best passages do or not, 0..1."""
    return _logistic(ANSWERABLE, signs(question, ranked), ranked.prior)


def unrelated(ranked: Ranked) -> bool:
    """Whether nothing of the question is met: hardly a word, and no likeness of meaning."""
    named = dict(zip(SECOND_NAMES, ranked.columns.max(axis=0), strict=True))
    return bool(named["soft_coverage"] < HARDLY_COVERED and named["whole"] < HARDLY_ALIKE)


def _logistic(weights: Mapping[str, float], values: Mapping[str, float], prior: float = 0.0) -> float:
    odds = prior + sum(weight * values.get(name, 1.0) for name, weight in weights.items())
    return float(1 / (1 + np.exp(-odds)))
