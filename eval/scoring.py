"""One sample and its prediction become a score: strict, official-style, and for open answers judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playhead.eval import choices, key_phrases, readings
from playhead.eval.corpus import ranking
from playhead.eval.moments import recall_at_one
from playhead.eval.overlap import exact_match, token_f1
from playhead.eval.types import Letter, Prediction, Sample, Scored, SetInfo

OPEN_THRESHOLD = 0.5
"""Token F1 from which an open answer counts as right when no judge decided."""

MOMENT_IOU = 0.5
"""Overlap from which the first cited window counts as the moment asked for."""


def score(
    info: SetInfo,
    sample: Sample,
    prediction: Prediction | None,
    error: str = "",
    verdict: Mapping[str, Any] | None = None,
) -> Scored:
    """Strict and official score of one sample; what is missing or failed is wrong."""
    if prediction is None or sample.problem:
        return Scored(sample, None, 0.0, error=error or sample.problem or "no prediction")
    if info.grader == "key_phrases":
        held = key_phrases.grade(sample, prediction)
        return Scored(sample, prediction, held, official_correct=held, error=error)
    if sample.asks_moment:
        hit = recall_at_one(prediction.evidence, sample.evidence, MOMENT_IOU)
        return Scored(sample, prediction, hit, official_correct=hit, error=error)
    if sample.asks_video:
        hit = float(ranking(prediction)[:1] != [] and ranking(prediction)[0] in sample.official["relevant"])
        return Scored(sample, prediction, hit, official_correct=hit, error=error)
    if not sample.options:
        correct = open_score(sample, prediction, verdict)
        return Scored(sample, prediction, correct, official_correct=correct, error=error, verdict=verdict)
    chosen = choices.strict(prediction, sample.options)
    shown = labelled(sample)
    choice = readings.EXTRACTORS[info.extractor](readings.reply(info.extractor, prediction, shown), shown)
    return Scored(
        sample,
        prediction,
        correct=float(chosen is not None and chosen == sample.answer_index),
        choice=choice,
        official_correct=names_gold(choice, sample),
        error=error,
    )


def open_score(sample: Sample, prediction: Prediction, verdict: Mapping[str, Any] | None) -> float:
    """The judge's word when there is one; else exact match, or token F1 of at least 0.5."""
    if verdict is not None:
        return float(bool(verdict.get("correct")))
    if not sample.answer_text or not prediction.found:
        return 0.0
    f1 = token_f1(prediction.text, sample.answer_text)
    return float(exact_match(prediction.text, sample.answer_text) > 0 or f1 >= OPEN_THRESHOLD)


def raw_reading(info: SetInfo, item: Scored) -> float:
    """What the official extractor makes of the raw text alone; shows what a text-only hand-in would lose."""
    if item.prediction is None or not item.sample.options:
        return item.official_correct
    letter = readings.EXTRACTORS[info.extractor](item.prediction.text, labelled(item.sample))
    return names_gold(letter, item.sample)


def names_gold(choice: Letter, sample: Sample) -> float:
    """1 when the right option is the letter read, or one of them."""
    gold = choices.letter_of(sample.answer_index)
    return float(gold != "" and gold in choice)


def labelled(sample: Sample) -> tuple[str, ...]:
    """The options as the set's own prompt lists them, where it gives them other labels than letters."""
    labels = sample.official.get("labels")
    return (
        tuple(f"{a}: {b}" for a, b in zip(labels, sample.options, strict=True)) if labels else sample.options
    )
