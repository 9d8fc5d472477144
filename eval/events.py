"""Events in time as E.T. Bench scores them (Liu et al. 2024, `evaluation/compute_metrics.py`): moments found,
highlights, summaries, and dense captions by time (F1) and by meaning (cosine of all-MiniLM-L6-v2).

All values are 0..1. Shares at several IoU thresholds are averaged over THRESHOLDS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from playhead.eval.grounding import best_iou, shared_s, total_s
from playhead.eval.metrics import mean
from playhead.tools.types import Span, Vectors

THRESHOLDS = (0.1, 0.3, 0.5, 0.7)
SHORTEST_CAPTION = 6
"""Characters of the shortest caption that counts."""

Event = tuple[Span, str]
Embed = Callable[[Sequence[str]], Vectors]

_TIMES = re.compile(r"(\d+(?:\.\d+)?)\s*s?\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*(?:seconds|s\b)?")


def told_events(text: str) -> list[Event]:
    """`12.0 - 15.5 seconds, a man sits down.` and its like, in order; what names no stretch is left out."""
    found = list(_TIMES.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)][: len(found)]
    events = []
    for match, end in zip(found, ends, strict=True):
        caption = text[match.end() : end].strip(" \t\n,;:.-–*")
        if len(caption) >= SHORTEST_CAPTION:
            events.append((Span(*sorted((float(match[1]), float(match[2])))), caption))
    return events


def recall(first: Sequence[Span], gold: Sequence[Span]) -> float:
    """Share of the thresholds that the first span reaches with its best gold one (tvg, epm, tem, gvq)."""
    iou = best_iou(first[0], gold) if first else 0.0
    return mean(float(iou >= threshold) for threshold in THRESHOLDS)


def highlight(first: Sequence[Span], gold: Sequence[Span]) -> float:
    """Whether the middle of the first span lies in a gold one (vhd)."""
    return float(bool(first) and any(span.contains(first[0].middle_s) for span in gold))


def localised(spans: Sequence[Span], gold: Sequence[Span]) -> float:
    """F1 of spans that reach a gold one and gold ones that are reached, mean over the thresholds (tal)."""
    return mean(f1(*_reached(spans, gold, threshold)) for threshold in THRESHOLDS)


def summarised(spans: Sequence[Span], gold: Sequence[Span]) -> float:
    """F1 of the seconds chosen (evs)."""
    both = shared_s(spans, gold)
    return f1(both / (total_s(spans) or 1.0), both / (total_s(gold) or 1.0))


def captioned(told: Sequence[Sequence[Event]], gold: Sequence[Sequence[Event]]) -> float:
    """F1 over several videos from mean precision and recall; one without a caption counts 0 (dvc, slc)."""
    pairs = [([s for s, _ in one], [s for s, _ in other]) for one, other in zip(told, gold, strict=True)]
    rows = [[_reached(spans, right, threshold) for spans, right in pairs] for threshold in THRESHOLDS]
    return mean(f1(mean(p for p, _ in row), mean(r for _, r in row)) for row in rows)


def alike(told: Sequence[Sequence[Event]], gold: Sequence[Sequence[Event]], embed: Embed) -> float:
    """Mean cosine of captions with the gold ones whose time they reach, over the videos that have a caption.

    The public code compares a caption that reaches no gold time with random letters; here it counts 0.
    """
    pairs = [(one, other) for one, other in zip(told, gold, strict=True) if one]
    return mean(_alike(one, other, threshold, embed) for threshold in THRESHOLDS for one, other in pairs)


def f1(precision: float, recalled: float) -> float:
    return 2 * precision * recalled / (precision + recalled) if precision + recalled else 0.0


def _reached(spans: Sequence[Span], gold: Sequence[Span], threshold: float) -> tuple[float, float]:
    """(share of the spans that reach a gold one, share of the gold ones that are reached)."""
    return (
        mean(float(best_iou(span, gold) >= threshold) for span in spans),
        mean(float(best_iou(other, spans) >= threshold) for other in gold),
    )


def _alike(told: Sequence[Event], gold: Sequence[Event], threshold: float, embed: Embed) -> float:
    mine, theirs = embed([text for _, text in told]), embed([text for _, text in gold])
    cosines: list[float] = []
    for row, (span, _) in enumerate(told):
        met = [column for column, (other, _) in enumerate(gold) if span.iou(other) >= threshold]
        cosines += [float(np.dot(mine[row], theirs[column])) for column in met] or [0.0]
    return mean(cosines)
