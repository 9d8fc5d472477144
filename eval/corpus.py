"""Retrieval over many videos: which video an answer points at, recall, nDCG, and moments within a corpus.

A ranking is what was cited, then what was looked at, each video or place once, in order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from playhead.eval.metrics import mean
from playhead.eval.types import Prediction, Scored
from playhead.tools.types import Span

Place = tuple[str, Span]
"""A video by name, and a span in it."""


def places(prediction: Prediction | None) -> list[Place]:
    """The cited places, then those looked at; empty where no video was named."""
    if prediction is None:
        return []
    cited = list(zip(prediction.evidence_videos, prediction.evidence, strict=False))
    seen = list(zip(prediction.retrieved_videos, prediction.retrieved, strict=False))
    return list(dict.fromkeys((*cited, *seen)))


def ranking(prediction: Prediction | None) -> list[str]:
    """Names of the videos, best first."""
    return list(dict.fromkeys(video for video, _ in places(prediction)))


def relevant(item: Scored) -> Mapping[str, float]:
    """The gold videos of a query and how relevant they are."""
    return dict(item.sample.official.get("relevant", {}))


def recall_at(ranked: Sequence[str], gold: Mapping[str, float], k: int) -> float:
    """Share of the gold videos among the first `k`."""
    return mean(float(video in ranked[:k]) for video, value in gold.items() if value > 0)


def ndcg_at(ranked: Sequence[str], gold: Mapping[str, float], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k` (Järvelin and Kekäläinen 2002), 0..1."""
    gains = [gold.get(video, 0.0) for video in ranked[:k]]
    best = sorted(gold.values(), reverse=True)[:k]
    ideal = _discounted(best)
    return _discounted(gains) / ideal if ideal > 0 else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def moment_hit(item: Scored, iou: float, k: int) -> float:
    """1 when one of the first `k` places lies in the right video and reaches the IoU with the gold moment."""
    gold = item.sample.official
    if not gold:
        return 0.0
    moment = Span(*gold["moment"])
    ranked = places(item.prediction)[:k]
    return float(any(name in gold["relevant"] and span.iou(moment) >= iou for name, span in ranked))
