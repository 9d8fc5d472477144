"""Samples, predictions and scores as lines of JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from playhead.eval.choices import letter_of
from playhead.eval.types import Prediction, Sample, Scored
from playhead.tools.types import Span, Usage

_USAGE_FIELDS = frozenset(item.name for item in fields(Usage))

ASKED = ("question", "options")
"""What of a sample an answer depends on."""

GOLD = ("answer_index", "answer_text", "evidence", "official")
"""What of a sample a score depends on."""


def sample_record(sample: Sample) -> dict[str, Any]:
    """One line of samples.jsonl: question, options, gold; enough to read a run without the set's files."""
    return {
        "id": sample.id,
        "video": sample.video,
        "epoch": sample.epoch,
        "question": sample.question,
        "options": list(sample.options),
        "answer_index": sample.answer_index,
        "answer_text": sample.answer_text,
        "evidence": _pairs(sample.evidence),
        "official": _plain(sample.official),
        "tags": {name: list(values) for name, values in sample.tags.items()},
        "duration_s": sample.duration_s,
        "before_s": sample.before_s,
        "problem": sample.problem,
        "mended": list(sample.mended),
    }


def sample_of(record: Mapping[str, Any]) -> Sample:
    """The sample of a line, without its files."""
    return Sample(
        id=str(record["id"]),
        video=str(record["video"]),
        epoch=int(record.get("epoch", 1)),
        question=str(record["question"]),
        options=tuple(record["options"]),
        answer_index=record["answer_index"],
        answer_text=str(record["answer_text"]),
        evidence=_spans(record["evidence"]),
        official=record["official"],
        tags={name: tuple(values) for name, values in record["tags"].items()},
        duration_s=record["duration_s"],
        before_s=record["before_s"],
        problem=str(record["problem"]),
        mended=tuple(record["mended"]),
    )


def score_record(item: Scored) -> dict[str, Any]:
    """One line of scores.jsonl: the verdict on one sample, with the letter the official rule reads."""
    return {
        "id": item.sample.id,
        "epoch": item.sample.epoch,
        "gold": letter_of(item.sample.answer_index) or item.sample.answer_text,
        "labelled": item.sample.labelled,
        "answered": item.answered,
        "correct": item.correct,
        "choice": item.choice,
        "official_correct": item.official_correct,
        "error": item.error,
        "verdict": dict(item.verdict) if item.verdict else None,
    }


def scored_of(sample: Sample, prediction: Prediction | None, record: Mapping[str, Any]) -> Scored:
    """The verdict of a line of scores.jsonl beside what it is about."""
    return Scored(
        sample,
        prediction,
        correct=float(record["correct"]),
        choice=str(record["choice"]),
        official_correct=float(record["official_correct"]),
        error=str(record["error"]),
        verdict=record["verdict"],
    )


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


def _plain(value: Any) -> Any:
    """The same with lists for tuples, as it comes back from JSON."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _pairs(spans: Sequence[Span]) -> list[list[float]]:
    return [[round(span.start_s, 3), round(span.end_s, 3)] for span in spans]


def _spans(pairs: Sequence[Sequence[float]]) -> tuple[Span, ...]:
    return tuple(Span(float(start), float(end)) for start, end in pairs)
