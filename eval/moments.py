"""Moment retrieval and highlights as QVHighlights (Lei et al. 2021) and HiREST (Zala et al. 2023) do it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from playhead.eval.metrics import mean
from playhead.tools.types import Span

Ratings = npt.NDArray[np.int_]
"""Clips x annotators, 0..4."""

IOU_THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
MAX_WINDOWS = 10
"""Only the first ten predicted windows of a query enter its average precision."""

CLIP_S = 2.0
"""QVHighlights judges saliency in clips of two seconds."""


def recall_at_one(windows: Sequence[Span], gold: Sequence[Span], threshold: float) -> float:
    """1 when the first window's IoU with some gold window reaches the threshold."""
    return float(bool(windows) and max((windows[0].iou(g) for g in gold), default=0.0) >= threshold)


def average_precision(windows: Sequence[Span], gold: Sequence[Span], threshold: float) -> float:
    """Interpolated average precision of one query; each gold window can be matched once, best IoU first.

    `windows` come in falling order of score.
    """
    if not windows or not gold:
        return 0.0
    taken: set[int] = set()
    hits = np.array([_match(window, gold, threshold, taken) for window in windows[:MAX_WINDOWS]], dtype=float)
    recall = np.concatenate([[0.0], np.cumsum(hits) / len(gold), [1.0]])
    precision = np.concatenate([[0.0], np.cumsum(hits) / np.arange(1, len(hits) + 1), [0.0]])
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall) * envelope[1:]))


def _match(window: Span, gold: Sequence[Span], threshold: float, taken: set[int]) -> bool:
    for iou, place in sorted(((window.iou(g), i) for i, g in enumerate(gold)), reverse=True):
        if iou < threshold:
            return False
        if place not in taken:
            taken.add(place)
            return True
    return False


def mean_ap(windows: Sequence[Span], gold: Sequence[Span]) -> float:
    """Average precision of one query, averaged over IoU 0.5, 0.55 … 0.95."""
    return mean(average_precision(windows, gold, threshold) for threshold in IOU_THRESHOLDS)


def saliency_of(spans: Sequence[Span], duration_s: float) -> list[float]:
    """Scores for every two-second clip from ranked windows: clips of the first window score highest."""
    clips = [Span(i * CLIP_S, (i + 1) * CLIP_S) for i in range(int(duration_s / CLIP_S))]
    ranks = [next((r for r, s in enumerate(spans) if s.intersection_s(c) > 0), len(spans)) for c in clips]
    return [1.0 - rank / (len(spans) + 1) if rank < len(spans) else 0.0 for rank in ranks]


def hit_at_one(saliency: Sequence[float], gold: Ratings, least: int) -> float:
    """1 when one annotator rated the highest-scored clip at least `least`. `gold`: clips x annotators."""
    if not len(saliency):
        return 0.0
    top = int(np.argmax(np.asarray(saliency)))
    return float(top < len(gold) and bool((gold[top] >= least).any()))


def highlight_ap(saliency: Sequence[float], gold: Ratings, least: int) -> float:
    """Average precision of the clip ranking against each annotator, then the mean over annotators;
    0 without a ranking."""
    if not len(saliency):
        return 0.0
    scores = np.zeros(len(gold))
    count = min(len(saliency), len(gold))
    scores[:count] = np.asarray(saliency, dtype=float)[:count]
    return mean(_ranking_ap(scores, gold[:, who] >= least) for who in range(gold.shape[1]))


def _ranking_ap(scores: np.ndarray, positive: np.ndarray) -> float:
    """Mean, over the recall steps, of the highest precision at that recall or beyond; ties share a step."""
    if not positive.any():
        return 0.0
    if positive.all():
        return 1.0
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.nonzero(np.diff(scores[order]))[0], len(scores) - 1)
    hits = np.cumsum(positive[order])[ends]
    envelope = np.maximum.accumulate((hits / (ends + 1))[::-1])[::-1]
    steps = np.diff(np.concatenate([[0], hits])) > 0
    return float(envelope[steps].mean())


def saliency_table(duration_s: float, clips: Sequence[int], scores: Sequence[Sequence[int]]) -> Ratings:
    """Gold ratings 0..4 as clips x annotators; clips not listed are rated 0."""
    table = np.zeros((int(duration_s / CLIP_S), len(scores[0]) if scores else 3), dtype=int)
    for clip, rating in zip(clips, scores, strict=True):
        if clip < len(table):
            table[clip] = rating
    return table
