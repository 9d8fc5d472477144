"""Predictions as lines of JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from playhead.eval.types import Prediction, Sample
from playhead.tools.types import Span, Usage

_USAGE_FIELDS = frozenset(item.name for item in fields(Usage))


def prediction_record(sample: Sample, prediction: Prediction, correct: float) -> dict[str, Any]:
    """One line of predictions.jsonl; times in seconds. The trajectory is kept in a file of its own."""
    return {
        "id": sample.id,
        "video": sample.video,
        "option": prediction.option,
        "text": prediction.text,
        "correct": correct,
        "confidence": prediction.confidence,
        "found": prediction.found,
        "evidence": _pairs(prediction.evidence),
        "retrieved": _pairs(prediction.retrieved),
        "saliency": list(prediction.saliency),
        "evidence_videos": list(prediction.evidence_videos),
        "retrieved_videos": list(prediction.retrieved_videos),
        "stopped_because": prediction.stopped_because,
        "usage": usage_record(prediction.usage),
        "by_role": {role: usage_record(usage) for role, usage in prediction.by_role.items()},
    }


def prediction_of(record: Mapping[str, Any]) -> Prediction:
    """The prediction of a line; raises KeyError, TypeError or ValueError for a line of another shape."""
    return Prediction(
        text=str(record["text"]),
        option=record["option"],
        confidence=record.get("confidence"),
        found=bool(record.get("found", True)),
        evidence=_spans(record.get("evidence", ())),
        retrieved=_spans(record.get("retrieved", ())),
        saliency=tuple(record.get("saliency", ())),
        evidence_videos=tuple(record.get("evidence_videos", ())),
        retrieved_videos=tuple(record.get("retrieved_videos", ())),
        usage=usage_of(record.get("usage", {})),
        by_role={role: usage_of(usage) for role, usage in record.get("by_role", {}).items()},
        stopped_because=str(record.get("stopped_because", "")),
    )


def usage_record(usage: Usage) -> dict[str, float]:
    return {**asdict(usage), "wall_s": round(usage.wall_s, 3)}


def usage_of(record: Mapping[str, Any]) -> Usage:
    return Usage(**{name: value for name, value in record.items() if name in _USAGE_FIELDS})


def _pairs(spans: Sequence[Span]) -> list[list[float]]:
    return [[round(span.start_s, 3), round(span.end_s, 3)] for span in spans]


def _spans(pairs: Sequence[Sequence[float]]) -> tuple[Span, ...]:
    return tuple(Span(float(start), float(end)) for start, end in pairs)
