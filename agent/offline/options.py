"""Multiple choice: the support of every option as a score, the scores as probabilities, the memories behind them.

The score is linear in the columns of `features`; `weights` says how the weights came about. On top of it come
two rules for questions about order, whose answer is a fact about times rather than about words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playhead.agent.offline import counting, features, order
from playhead.agent.offline.corpus import Corpus, Embed, Floats
from playhead.agent.offline.question import Question
from playhead.agent.offline.weights import COUNTED, EXTREME, IN_ORDER, WEIGHTS

BEHIND = 5
"""Memories given as evidence for an option."""
GOOD_SHARE = 0.6
"""A memory is evidence when it fits the option at least this share as well as the best one."""


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
    compared = features.extract(question, options, corpus, embed)
    scores, fit = compared.columns @ np.array([WEIGHTS[name] for name in features.NAMES]), compared.fit
    if order.asks_for_extreme(question):
        ranked, found = order.extreme(question, options, corpus, embed)
        behind = tuple((mention.memory,) for mention in found)
        return Scored(0.3 * scores + EXTREME * ranked, behind)
    scores = scores + COUNTED * counting.support(question, options, corpus)
    scores = -scores if question.negated else scores
    return Scored(scores, tuple(_behind(column) for column in fit.T))


def _behind(fit: Floats) -> tuple[int, ...]:
    ranked = np.argsort(-fit, kind="stable")[:BEHIND]
    return tuple(int(index) for index in ranked if fit[index] >= GOOD_SHARE * fit[ranked[0]])
