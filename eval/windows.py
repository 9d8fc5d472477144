"""Official scores of sets that ask when something happens in one video: recall of windows, mean IoU."""

from __future__ import annotations

from collections.abc import Sequence

from playhead.eval.metrics import mean
from playhead.eval.official import OfficialScore
from playhead.eval.types import Scored, SetInfo
from playhead.tools.types import Span


def windows(item: Scored) -> Sequence[Span]:
    """The cited spans, best first; none of a failure."""
    return item.prediction.evidence if item.prediction else ()


def best_iou(found: Sequence[Span], gold: Sequence[Span]) -> float:
    """The highest IoU of any window with any gold one; 0 without either."""
    return max((window.iou(other) for window in found for other in gold), default=0.0)


def grounding(*thresholds: float) -> OfficialScore:
    """mIoU of the first window (the score of Charades-STA tables is R1@0.5: `score`), R1 at each threshold.

    The middle threshold is the score. Everything in percent; no window counts 0.
    """

    def score(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
        ious = [best_iou(windows(item)[:1], item.sample.evidence) for item in scored]
        shares = {f"R1@{t}": 100 * mean(float(iou >= t) for iou in ious) for t in thresholds}
        middle = shares[f"R1@{thresholds[len(thresholds) // 2]}"]
        return {"score": middle, **shares, "mIoU": 100 * mean(ious)}

    return score


def recall(thresholds: Sequence[float], depths: Sequence[int]) -> OfficialScore:
    """`IOU-rK`: share of the queries where one of the first K windows reaches the IoU, in percent.

    The score is the first threshold at the first depth.
    """

    def score(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
        result = {
            f"{t}-r{k}": 100 * mean(float(best_iou(windows(i)[:k], i.sample.evidence) >= t) for i in scored)
            for t in thresholds
            for k in depths
        }
        return {"score": next(iter(result.values())), **result}

    return score
