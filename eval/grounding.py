"""How well cited times match gold times: interval sets, recall, precision, and the sets' own measures."""

from __future__ import annotations

from collections.abc import Sequence

from playhead.eval.metrics import mean
from playhead.tools.types import Span


def merged(spans: Sequence[Span]) -> list[Span]:
    """The same times as disjoint spans in order."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start_s <= result[-1].end_s:
            result[-1] = result[-1].union(span)
        else:
            result.append(span)
    return result


def total_s(spans: Sequence[Span]) -> float:
    """Seconds covered, overlaps counted once."""
    return sum(span.duration_s for span in merged(spans))


def shared_s(one: Sequence[Span], other: Sequence[Span]) -> float:
    """Seconds covered by both."""
    return sum(a.intersection_s(b) for a in merged(one) for b in merged(other))


def set_iou(predicted: Sequence[Span], gold: Sequence[Span]) -> float:
    """Intersection over union of two sets of intervals, 0..1, as CG-Bench's mIoU takes it."""
    both = shared_s(predicted, gold)
    union = total_s(predicted) + total_s(gold) - both
    return both / union if union > 0 else 0.0


def touches(span: Span, gold: Sequence[Span]) -> bool:
    """Whether `span` shares time with the gold: more than a boundary, unless one of the two is an instant."""
    return any(
        span.intersection_s(other) > 0
        or (span.overlaps(other) and min(span.duration_s, other.duration_s) == 0)
        for other in gold
    )


def recall_at(retrieved: Sequence[Span], gold: Sequence[Span], k: int) -> float:
    """Share of the gold spans that one of the first `k` retrieved spans touches."""
    return mean(float(touches(other, retrieved[:k])) for other in gold)


def cited_precision(cited: Sequence[Span], gold: Sequence[Span]) -> float:
    """Share of the cited spans that touch the gold; 0 when nothing is cited."""
    return mean(float(touches(span, gold)) for span in cited)


def best_iou(predicted: Span, gold: Sequence[Span]) -> float:
    """The highest temporal IoU with one gold span."""
    return max((predicted.iou(other) for other in gold), default=0.0)


def best_iop(predicted: Span, gold: Sequence[Span]) -> float:
    """The highest intersection over prediction with one gold span (NExT-GQA); an instant inside gives 1."""
    if predicted.duration_s == 0:
        return float(any(other.contains(predicted.start_s) for other in gold))
    return max((predicted.intersection_s(other) / predicted.duration_s for other in gold), default=0.0)


def gtou(predicted: Span, gold: Span) -> float:
    """Gold length over the span of both, if they overlap (FALCON-Bench); an instant inside gives 1."""
    if predicted.intersection_s(gold) > 0:
        return gold.duration_s / predicted.union(gold).duration_s
    return float(gold.start_s <= predicted.start_s and predicted.end_s <= gold.end_s)


def hull(spans: Sequence[Span]) -> Span | None:
    """The smallest single span that holds all; None of nothing."""
    return Span(min(s.start_s for s in spans), max(s.end_s for s in spans)) if spans else None
