"""The file to hand in where labels are hidden: what was not answered is left out, never made up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playhead.eval import choices
from playhead.eval.moments import saliency_of
from playhead.eval.types import Prediction, Sample, Scored, SetInfo


def submission(info: SetInfo, scored: Sequence[Scored]) -> Any:
    """What submission.json holds, or None for sets that hand nothing in."""
    if info.submission == "windows":
        return [_windows(item.sample, item.prediction) for item in scored if item.prediction]
    if not info.submission:
        return None
    chosen = ((item, choices.strict(item.prediction or Prediction(), item.sample.options)) for item in scored)
    as_letter = info.submission == "letter by id"
    return {
        item.sample.id: choices.letter_of(index) if as_letter else index
        for item, index in chosen
        if index is not None
    }


def _windows(sample: Sample, prediction: Prediction) -> dict[str, Any]:
    """One line of a QVHighlights submission; windows get falling scores in their order."""
    scores = [1 - place / (len(prediction.evidence) + 1) for place in range(len(prediction.evidence))]
    saliency = prediction.saliency or saliency_of(prediction.evidence, sample.duration_s or 0.0)
    return {
        "qid": int(sample.id) if sample.id.isdigit() else sample.id,
        "query": sample.question,
        "vid": sample.video,
        "pred_relevant_windows": [
            [span.start_s, span.end_s, score] for span, score in zip(prediction.evidence, scores, strict=True)
        ],
        "pred_saliency_scores": list(saliency),
    }
