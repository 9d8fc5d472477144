"""Deterministic comparison of open answers: exact match and token F1 (Rajpurkar et al. 2016)."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

_ARTICLES = frozenset({"a", "an", "the"})


@cache
def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words without articles and punctuation."""
    return tuple(word for word in re.findall(r"\w+", text.lower()) if word not in _ARTICLES)


def exact_match(answer: str, gold: str) -> float:
    """1 when both are the same words in the same order."""
    return float(bool(tokens(gold)) and tokens(answer) == tokens(gold))


def token_f1(answer: str, gold: str) -> float:
    """Harmonic mean of the shared words' share in either text, 0..1."""
    ours, theirs = Counter(tokens(answer)), Counter(tokens(gold))
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0
