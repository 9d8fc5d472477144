"""Grading short answers by the phrases that a right one has: rough, plain, and the same for every system.

An answer is cut before it is read, so that length buys nothing. Words are matched whole, case ignored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from playhead.eval.types import Prediction, Sample

MOST_WORDS = 60
MOST_OVERVIEW_WORDS = 150
"""An overview may be this long."""

GOLD = ("any_of", "at_least", "of", "by_time", "answer", "wrong_if")
"""The fields of a row that `grade` reads; they live in `Sample.official`."""


def grade(sample: Sample, prediction: Prediction) -> float:
    """1 for a right answer, else 0; a question without an answer is right when none is given."""
    gold, kind = sample.official, (sample.tags.get("kind") or ("",))[0]
    if kind == "unanswerable":
        return float(not prediction.found)
    if not prediction.found:
        return 0.0
    if gold.get("by_time"):
        return float(cites(sample, prediction))
    said = cut(prediction.text, MOST_OVERVIEW_WORDS if kind == "overview" else MOST_WORDS)
    if gold.get("answer"):
        return float(_agrees(said, gold))
    if gold.get("of"):
        held = sum(_holds(said, phrases) for phrases in gold["of"])
        return float(held >= int(gold.get("at_least") or 1))
    return float(_holds(said, gold.get("any_of") or ()))


def cites(sample: Sample, prediction: Prediction) -> bool:
    """Whether a moment that is shown touches the gold evidence, answered or not."""
    return any(shown.overlaps(gold) for shown in prediction.evidence for gold in sample.evidence)


def cut(text: str, most_words: int) -> str:
    """The first words of a text in small letters, quotes and spaces made plain."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return " ".join(plain.split()[:most_words])


def _agrees(said: str, gold: Mapping[str, Any]) -> bool:
    """Yes or no by the first word; where the answer opens with neither, by a phrase of the right side."""
    opening = re.match(r"\W*(yes|no)\b", said)
    if opening:
        return bool(opening[1] == gold["answer"])
    return _holds(said, gold.get("any_of") or ())


def _holds(said: str, phrases: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(cut(phrase, 60))}(?!\w)", said) for phrase in phrases)
