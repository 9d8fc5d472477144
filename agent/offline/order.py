"""Questions about order: where the things that are named are first met, and what follows what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from playhead.agent.offline.corpus import Corpus, Embed, Floats, Indices
from playhead.agent.offline.question import Question
from playhead.tools.words.stems import terms

SAME = 0.85
"""A memory that fits an item at least this share as well as the best one counts as a mention of it."""
ANCHOR_COVERAGE = 0.5
"""Share of an anchor's weighted words that must be found together before its time is trusted."""
ORDER_ODDS = 4.0
"""Log-odds that what is first met earlier came earlier."""
AFTER_S = 20.0
AFTER_RANK = 2.0
"""What follows an anchor counts less by seconds, or by memories between, whichever is kinder."""

_OF_ORDER = re.compile(
    r"\b(which|what|who)\b.*\b(first|last|earliest|latest)\b"
    r"|\b(first|last)\b.*\b(of (these|the following)|which|who)\b"
)
_SEPARATOR = re.compile(
    r"\s*(?:,\s*(?:and\s+)?(?:then\s+)?|;|->|→|➔|>|\bthen\b|\bfollowed by\b|\bbefore\b)\s*", re.IGNORECASE
)
_LABEL = re.compile(r"[A-Za-z]+|\d+")


@dataclass(frozen=True)
class Mention:
    """Where an item is first met, and how well (0..1 of its words, plus likeness) it is met there."""

    memory: int
    time_s: float
    strength: float


def mentions(items: Sequence[str], corpus: Corpus, embed: Embed) -> list[Mention]:
    """The first memory that carries each item about as well as any memory does."""
    likeness = corpus.closest(embed(list(items)))
    return [_mention(terms(item), likeness[:, i], corpus) for i, item in enumerate(items)]


def _mention(wanted: Sequence[str], likeness: Floats, corpus: Corpus) -> Mention:
    fit = corpus.coverage(wanted) + likeness
    index = int(np.flatnonzero(fit >= SAME * fit.max())[0]) if fit.max() > 0 else int(fit.argmax())
    return Mention(index, float(corpus.starts_s[index]), float(fit[index]))


def sequences(question: Question, options: Sequence[str]) -> list[tuple[str, ...]] | None:
    """Each option as the items it puts in order, or None when the options are no orders of the same items."""
    if question.items:
        named = dict(question.items)
        parsed = [
            tuple(named.get(label.lower(), "") for label in _LABEL.findall(option)) for option in options
        ]
    else:
        parsed = [tuple(part for part in map(_bare, _SEPARATOR.split(option)) if part) for option in options]
    same = {frozenset(order) for order in parsed}
    whole = all(len(order) > 1 and all(order) and len(set(order)) == len(order) for order in parsed)
    return parsed if whole and len(same) == 1 else None


def _bare(item: str) -> str:
    return re.sub(r"^(first|second|third|next|finally|and|the|a|an|then)\s+", "", item.strip(" .").lower())


def concordance(
    orders: Sequence[Sequence[str]], corpus: Corpus, embed: Embed
) -> tuple[Floats, list[Mention]]:
    """For each order the share of its pairs that the times agree with (Kendall), and the mentions."""
    items = list(dict.fromkeys(item for order in orders for item in order))
    found = mentions(items, corpus, embed)
    times = {item: mention.time_s for item, mention in zip(items, found, strict=True)}
    agree = [np.mean([times[a] < times[b] for a, b in combinations(order, 2)]) for order in orders]
    return np.array(agree, float), sorted(found, key=lambda mention: mention.time_s)


def asks_for_extreme(question: Question) -> bool:
    """Whether the options themselves are what comes first or last (`Which of these is shown first?`)."""
    return bool(question.ordinal) and bool(_OF_ORDER.search(question.text.lower()))


def extreme(
    question: Question, options: Sequence[str], corpus: Corpus, embed: Embed
) -> tuple[Floats, list[Mention]]:
    """1 for the option met first (or last), falling with rank to 0; options hardly met get nothing."""
    found = mentions(options, corpus, embed)
    order = np.argsort([mention.time_s for mention in found], kind="stable")
    ranks = np.empty(len(options))
    ranks[order if question.ordinal == "first" else order[::-1]] = np.arange(len(options))
    met = np.array([mention.strength for mention in found])
    trusted = np.where(met >= 0.6 * met.max(), 1.0, 0.2) if met.max() > 0 else np.zeros(len(options))
    return trusted * (1 - ranks / max(1, len(options) - 1)), found


def compared(question: Question, corpus: Corpus, embed: Embed) -> tuple[float, tuple[int, ...]] | None:
    """For `Does A happen before B?` the log-odds of yes and the two memories; None when either is not met."""
    if question.relation not in ("after", "before") or not question.focus:
        return None
    first, second = mentions([" ".join(question.focus), question.anchor], corpus, embed)
    if min(first.strength, second.strength) < ANCHOR_COVERAGE or first.memory == second.memory:
        return None
    agrees = (first.time_s < second.time_s) == (question.relation == "before")
    return (ORDER_ODDS if agrees else -ORDER_ODDS), (first.memory, second.memory)


def following(question: Question, corpus: Corpus) -> Floats:
    """For each memory how directly it comes after (or before) the anchor, 0..1; zeros without one."""
    none = np.zeros(len(corpus))
    if question.relation not in ("after", "before") or not (wanted := terms(question.anchor)):
        return none
    held = corpus.coverage(wanted)
    if held.max() < ANCHOR_COVERAGE:
        return none
    anchors = np.flatnonzero(held >= 0.95 * held.max())
    sure = held.max() ** 2 / len(anchors)
    return np.asarray(sure * np.max([_beside(index, question, corpus) for index in anchors[:8]], axis=0))


def _beside(anchor: int, question: Question, corpus: Corpus) -> Floats:
    if question.relation == "after":
        gap = corpus.starts_s - corpus.ends_s[anchor]
        others: Indices = np.argsort(corpus.starts_s, kind="stable")
    else:
        gap = corpus.starts_s[anchor] - corpus.ends_s
        others = np.argsort(-corpus.ends_s, kind="stable")
    beyond = gap >= -0.5
    beyond[anchor] = False
    rank = np.zeros(len(corpus))
    rank[others] = np.cumsum(beyond[others]) - 1
    by_rank = np.exp(-np.maximum(0, rank) / (1.0 if question.immediate else AFTER_RANK))
    by_time = np.zeros(len(corpus)) if question.immediate else np.exp(-np.maximum(0, gap) / AFTER_S)
    return np.where(beyond, np.maximum(by_rank, by_time), 0.0)
