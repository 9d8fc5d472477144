"""What is handed in where labels are hidden, in the form and under the name that each server takes.

Nothing is made up: where a form wants an entry for every question, an unanswered one gets the entry that
the set's own tools use for no answer, which never scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from playhead.eval.choices import letter_of, strict
from playhead.eval.json_lines import write_json, write_lines
from playhead.eval.moments import CLIP_S, saliency_of
from playhead.eval.types import Benchmark, Prediction, Sample, Scored


def hand_in(benchmark: Benchmark, scored: Sequence[Scored], folder: Path) -> Path | None:
    """Write what the set hands in of the first of all repeats; None for sets that hand nothing in."""
    form = benchmark.info.submission
    first = [item for item in scored if item.sample.epoch == 1]
    if not form:
        return None
    if form == "windows":
        path = folder / f"hl_{benchmark.subset or 'val'}_submission.jsonl"
        write_lines(path, map(_windows, first))
        return path
    path = folder / "submission.json"
    write_json(path, _FORMS[form](first))
    return path


def _chosen(item: Scored) -> int | None:
    return strict(item.prediction or Prediction(), item.sample.options)


def _indices(scored: Sequence[Scored]) -> dict[str, int]:
    """EgoSchema: `{uid: index}` for every question; -1 is no option, as lmms-eval writes it."""
    return {item.sample.id: -1 if (index := _chosen(item)) is None else index for item in scored}


def _letters(scored: Sequence[Scored]) -> dict[str, str]:
    """LongVideoBench, after lmms-eval: `{id: letter}` for every question; '' without an answer."""
    return {item.sample.id: letter_of(_chosen(item)) for item in scored}


def _rows(scored: Sequence[Scored]) -> list[dict[str, str]]:
    """MLVU test: `[{question_id, question_type, option}]` for every question; '' without an answer."""
    return [
        {
            "question_id": item.sample.id,
            "question_type": item.sample.tags.get("task", ("",))[0],
            "option": letter_of(_chosen(item)),
        }
        for item in scored
    ]


_FORMS: Mapping[str, Callable[[Sequence[Scored]], Any]] = {
    "index by id": _indices,
    "letter by id": _letters,
    "rows": _rows,
}


def _windows(item: Scored) -> dict[str, Any]:
    """QVHighlights: one line for every query. Windows get falling scores in their order.

    Its evaluator wants a window in each line: a query without one gets a window of no length.
    """
    sample, said = item.sample, item.prediction or Prediction()
    spans = said.evidence
    windows = [[span.start_s, span.end_s, 1 - place / (len(spans) + 1)] for place, span in enumerate(spans)]
    return {
        "qid": int(sample.id) if sample.id.isdigit() else sample.id,
        "query": str(sample.official.get("query", sample.question)),
        "vid": sample.video,
        "pred_relevant_windows": windows or [[0.0, 0.0, 0.0]],
        "pred_saliency_scores": _saliency(sample, said),
    }


def _saliency(sample: Sample, said: Prediction) -> list[float]:
    """One score for every two seconds; all the same where nothing was said."""
    length_s = sample.duration_s or 0.0
    return list(said.saliency) or saliency_of(said.evidence, length_s) or [0.0] * int(length_s / CLIP_S)
