"""Multiple choice: the support of every option as a score, and the memories behind it.

The score is linear in the columns of `features`; `weights` says how the weights came about. On top of it come
two rules for questions about order, whose answer is a fact about times rather than about words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playhead.agent.offline import counting, features, order
from playhead.agent.offline.corpus import Corpus, Embed, Floats
from playhead.agent.offline.question import Question
from playhead.agent.offline.ranking import probability, rank
from playhead.agent.offline.weights import COUNTED, EXTREME, IN_ORDER, WEIGHTS
from playhead.tools.words.stems import words

BEHIND = 5
"""Memories given as evidence for an option."""
GOOD_SHARE = 0.6
"""A memory is evidence when it fits the option at least this share as well as the best one."""

WHOLE = 0.7
"""From this `longness` on, some fifteen words, an option tells of more than one event and has no one time."""


@dataclass(frozen=True)
class Scored:
    """`scores`: one an option, in log-odds. `evidence`: memories behind each option, best first."""

    scores: Floats
    evidence: tuple[tuple[int, ...], ...]

    @property
    def probabilities(self) -> Floats:
        exponents = np.exp(self.scores - self.scores.max())
        return np.asarray(exponents / exponents.sum())


def score(question: Question, options: Sequence[str], corpus: Corpus, embed: Embed) -> Scored:
    """Support of every option in a corpus that is not empty."""
    if question.asks == "order" and (orders := order.sequences(question, options)):
        agreement, found = order.concordance(orders, corpus, embed)
        seen = tuple(dict.fromkeys(mention.memory for mention in found))
        return Scored(IN_ORDER * agreement, (seen,) * len(options))
    if question.asks == "yes_no" and (signs := polarity(options)) is not None:
        return _yes_or_no(question, signs, corpus, embed)
    compared = features.extract(question, options, corpus, embed)
    scores = compared.columns @ np.array([WEIGHTS[name] for name in features.NAMES])
    if order.asks_for_extreme(question) and features.longness(options) < WHOLE:
        ranked, found = order.extreme(question, options, corpus, embed)
        return Scored(0.3 * scores + EXTREME * ranked, tuple((mention.memory,) for mention in found))
    scores = scores + COUNTED * counting.support(question, options, corpus)
    behind = tuple(_behind(column) for column in compared.fit.T)
    return _negated(scores, behind) if question.negated else Scored(scores, behind)


def polarity(options: Sequence[str]) -> Floats | None:
    """1 for each option that begins with `yes`, -1 for `no`; None unless both occur and nothing else."""
    first = [next(iter(words(option)), "") for option in options]
    signs = np.array([{"yes": 1.0, "no": -1.0}.get(word, 0.0) for word in first])
    return signs if signs.all() and len(set(signs)) == 2 else None


def _yes_or_no(question: Question, signs: Floats, corpus: Corpus, embed: Embed) -> Scored:
    """Yes as far as something said or seen covers the question, or the order of two events is as asked."""
    compared = order.compared(question, corpus, embed)
    if compared is not None:
        odds, behind = compared
    else:
        ranked = rank(question, corpus, embed)
        odds = math.log(p / (1 - p)) if (p := min(probability(question, ranked), 0.999)) > 0 else -9.0
        behind = (int(ranked.passages.owners[ranked.candidates[0]]),)
    return Scored(signs * odds / 2, (behind,) * len(signs))


def _negated(scores: Floats, behind: tuple[tuple[int, ...], ...]) -> Scored:
    """The least supported option; what speaks for it is that the others do occur."""
    others = (
        tuple(own[0] for place, own in enumerate(behind) if place != index) for index in range(len(behind))
    )
    return Scored(-scores, tuple(tuple(dict.fromkeys(indices)) for indices in others))


def _behind(fit: Floats) -> tuple[int, ...]:
    ranked = np.argsort(-fit, kind="stable")[:BEHIND]
    return tuple(int(index) for index in ranked if fit[index] >= GOOD_SHARE * fit[ranked[0]])
