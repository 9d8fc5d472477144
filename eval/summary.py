"""The numbers of a run: summary.json."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from playhead.eval import calibration, grounding, intervals, metrics, scoring
from playhead.eval.official import dimension, group_of, headline, set_mean
from playhead.eval.records import usage_record
from playhead.eval.types import Benchmark, Prediction, RunConfig, Sample, Scored, SetInfo
from playhead.tools.types import Usage

DEPTHS = (1, 5, 16)
"""How many of the retrieved spans recall is taken at."""


def summarise(
    benchmark: Benchmark,
    config: RunConfig,
    info: SetInfo,
    scored: Sequence[Scored],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """summary.json: strict accuracy with its clustered interval, the official numbers, and the breakdowns.

    `info` carries the reading that was asked for; `notes` is what the folder had to say of itself.
    """
    labelled = [item for item in scored if item.sample.labelled]
    counted = headline(info, labelled)
    accuracy, stderr = accuracy_of(info, counted)
    mended = [item.sample for item in scored if item.sample.mended and item.sample.epoch == 1]
    return {
        "set": config.set + (f":{config.subset}" if config.subset else ""),
        "strategy": config.strategy,
        "model": config.model,
        "subtitles": config.subtitles,
        "n": len(scored),
        "failed": sum(item.prediction is None for item in scored),
        "mended": len(mended),
        "accuracy": accuracy if labelled else None,
        "stderr": stderr if labelled else None,
        "interval": interval_of(accuracy, stderr, counted) if labelled else None,
        "epochs": epochs_of(counted, config.epochs),
        "official": official(benchmark, config, info, scored),
        "by": {name: breakdown(labelled, name) for name in _dimensions(info, labelled)},
        "calibration": calibration_of(labelled),
        "grounding": grounding_of(labelled),
        "usage": usage_of(scored),
        "notes": [*notes, *_mendings(mended)],
    }


def _mendings(samples: Sequence[Sample]) -> list[str]:
    shown = [f"{sample.id}: {'; '.join(sample.mended)}" for sample in samples[:20]]
    return shown if len(samples) <= 20 else [*shown, f"and {len(samples) - 20} more mended rows"]


def accuracy_of(info: SetInfo, scored: Sequence[Scored]) -> tuple[float, float]:
    """Strict accuracy and its clustered standard error, micro or macro as the set defines it."""
    values, videos = [item.correct for item in scored], [item.sample.video for item in scored]
    if name := dimension(info):
        groups = [group_of(item, name) for item in scored]
        return set_mean(info, scored, values), metrics.macro_stderr(values, groups, videos)
    return metrics.mean(values), metrics.clustered_stderr(values, videos)


def interval_of(accuracy: float, stderr: float, scored: Sequence[Scored]) -> list[float]:
    """The 95 % interval of a share, see `intervals.share`. Repeats of a question are no new questions."""
    questions = sum(item.sample.epoch == 1 for item in scored)
    return list(intervals.share(accuracy, stderr, questions, len({item.sample.video for item in scored})))


def epochs_of(scored: Sequence[Scored], epochs: int) -> dict[str, Any]:
    """How the repeats differ: accuracy of each, their standard deviation and range, and the share of the
    questions whose verdict is the same in all. Empty for a run without repeats."""
    if epochs < 2 or not scored:
        return {}
    parts = metrics.grouped([item.correct for item in scored], [item.sample.epoch for item in scored])
    means = [metrics.mean(part) for _, part in sorted(parts.items(), key=str)]
    questions = metrics.grouped(
        [item.correct for item in scored], [item.sample.question_id for item in scored]
    )
    return {
        "n": epochs,
        "accuracy": means,
        "sd": statistics.stdev(means),
        "range": [min(means), max(means)],
        "agreement": metrics.mean(float(len(set(part)) == 1) for part in questions.values()),
    }


def official(
    benchmark: Benchmark, config: RunConfig, info: SetInfo, scored: Sequence[Scored]
) -> dict[str, Any]:
    """The set's own numbers (in its unit), the mean of those of the repeats, and how they came about.

    `raw_text` is the same rule on the raw replies alone, in percent. Without a labelled sample there is no
    number.
    """
    labelled = [item for item in scored if item.sample.labelled]
    epochs = range(1, config.epochs + 1)
    parts = [[item for item in labelled if item.sample.epoch == epoch] for epoch in epochs]
    numbers = [benchmark.official(part) for part in parts if part]
    names = list(dict.fromkeys(name for part in numbers for name in part))
    raw = 100 * metrics.mean(scoring.raw_reading(info, item) for item in labelled)
    return {
        **{name: metrics.mean(part[name] for part in numbers if name in part) for name in names},
        "extractor": info.extractor,
        "kit": kit_of(info, config.reading),
        "aggregate": info.aggregate,
        "unanswered": sum(not item.answered for item in scored),
        "unanswered_are": info.unanswered,
        **({"raw_text": raw} if labelled else {}),
        "judge": config.judge or "token F1 of at least 0.5, or exact match",
    }


def kit_of(info: SetInfo, reading: str) -> str:
    """Whose rule read the replies."""
    names = {"lmms": "lmms-eval", "vlmeval": "VLMEvalKit", "own": "the set's own code"}
    return names[reading] if reading else info.kit or "no public rule was found"


def _dimensions(info: SetInfo, scored: Sequence[Scored]) -> list[str]:
    present = {name for item in scored for name in item.sample.tags}
    own = [name for name in info.breakdowns if name in present]
    lengths = any(item.sample.duration_s for item in scored) and not any("duration" in name for name in own)
    return [*own, "length"] if lengths else own


LENGTHS = ((120, "under 2 min"), (900, "2 to 15 min"), (3600, "15 to 60 min"), (math.inf, "over an hour"))
"""Buckets of video length for sets that define none: bound in seconds, name."""


def _values(item: Scored, name: str) -> tuple[str, ...]:
    """The values of a dimension; `length` comes from the duration of the video."""
    if name != "length" or name in item.sample.tags:
        return item.sample.tags.get(name, ())
    length_s = item.sample.duration_s
    return () if length_s is None else (next(label for bound, label in LENGTHS if length_s <= bound),)


def breakdown(scored: Sequence[Scored], name: str) -> dict[str, dict[str, Any]]:
    """Accuracy by the values of one dimension; a sample with several values counts under each."""
    parts: dict[str, list[Scored]] = {}
    for item in scored:
        for value in _values(item, name):
            parts.setdefault(value, []).append(item)
    return {value: _part(part) for value, part in sorted(parts.items())}


def _part(part: Sequence[Scored]) -> dict[str, Any]:
    values = [item.correct for item in part]
    stderr = metrics.clustered_stderr(values, [item.sample.video for item in part])
    return {
        "n": len(part),
        "accuracy": metrics.mean(values),
        "stderr": stderr,
        "interval": interval_of(metrics.mean(values), stderr, part),
        "official": metrics.mean(item.official_correct for item in part),
    }


def calibration_of(scored: Sequence[Scored]) -> dict[str, Any]:
    """Reliability of the stated confidences; empty when none was stated."""
    pairs = [
        (min(1.0, max(0.0, item.prediction.confidence)), item.correct)
        for item in scored
        if item.prediction is not None and item.prediction.confidence is not None
    ]
    if not pairs:
        return {}
    confidences, correct = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    bins = calibration.reliability(confidences, correct)
    return {
        "n": len(pairs),
        "ece": calibration.expected_calibration_error(bins),
        "brier": calibration.brier(confidences, correct),
        "bins": [asdict(part) for part in bins],
    }


def grounding_of(scored: Sequence[Scored]) -> dict[str, float]:
    """How well the evidence matches the gold times; empty where there are no gold times,
    or where the answerer never cites or retrieves anything. Failures count 0."""
    rows = [item for item in scored if item.sample.evidence]
    if not any(item.prediction and (item.prediction.evidence or item.prediction.retrieved) for item in rows):
        return {}
    said = [item.prediction or Prediction() for item in rows]
    gold = [item.sample.evidence for item in rows]
    recalls = {
        f"recall@{k}": metrics.mean(
            grounding.recall_at(p.retrieved or p.evidence, g, k) for p, g in zip(said, gold, strict=True)
        )
        for k in DEPTHS
    }
    precisions = [grounding.cited_precision(p.evidence, g) for p, g in zip(said, gold, strict=True)]
    return {
        "n": len(rows),
        **recalls,
        "iou": metrics.mean(grounding.set_iou(p.evidence, g) for p, g in zip(said, gold, strict=True)),
        "cited_precision": metrics.mean(precisions),
        "cited": metrics.mean(float(value > 0) for value in precisions),
    }


def usage_of(scored: Sequence[Scored]) -> dict[str, Any]:
    """What the run has spent: totals, means a question, and by role."""
    said = [item.prediction for item in scored if item.prediction is not None]
    total = sum((prediction.usage for prediction in said), Usage())
    roles: dict[str, Usage] = {}
    for prediction in said:
        for role, usage in prediction.by_role.items():
            roles[role] = roles.get(role, Usage()) + usage
    means = {name: value / len(said) for name, value in usage_record(total).items()} if said else {}
    return {
        **usage_record(total),
        "per_question": means,
        "by_role": {role: usage_record(usage) for role, usage in sorted(roles.items())},
    }
