"""QVHighlights (Lei et al. 2021): the moments of a query, and the highlights among them.

Layout: `highlight_val_release.jsonl` (or `highlight_test_with_gt.jsonl`, `highlight_test_release.jsonl`
without labels) with `qid, query, vid, duration, relevant_windows [[start, end]], relevant_clip_ids,
saliency_scores` (three ratings 0..4 a two-second clip); `videos/{vid}.mp4`. Subsets: val, test.

Official: R1 at IoU 0.5 and 0.7, mAP over IoU 0.5 … 0.95 (also by gold length), and for ratings of at
least Fair, Good, Very Good the mAP and HIT@1 of the clip ranking. When an answerer gives no saliency,
clips are ranked by the cited windows. A run writes `hl_{subset}_submission.jsonl`, a line for every query.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playhead.eval import moments
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, text
from playhead.eval.types import Sample, Scored, SetInfo, Source
from playhead.tools.types import Span

INFO = SetInfo(
    name="qvhighlights",
    title="QVHighlights",
    extractor="first_letter",
    kit="moment_detr 2fa9e32, standalone_eval/eval.py; no options",
    aggregate="mAP over IoU 0.5 … 0.95",
    url="https://github.com/jayleicn/moment_detr",
    submission="windows",
)
FILES = {
    "val": ("highlight_val_release.jsonl",),
    "test": ("highlight_test_with_gt.jsonl", "highlight_test_release.jsonl"),
}
LENGTHS = {"short": (0.0, 10.0), "middle": (10.0, 30.0), "long": (30.0, 150.0)}
"""Gold lengths in seconds, lower bound excluded."""
RATINGS = {"Fair": 2, "Good": 3, "VeryGood": 4}


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is val or test. Raises MediaError for another layout."""
    files = FILES[subset_of(argument, tuple(FILES), INFO.name)]
    table = find(data, *files, *(f"**/{file}" for file in files), of=INFO.title)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data), argument, official)


def _sample(data: Path, row: Row) -> Sample:
    name = text(row, "vid")
    windows, mended = gold_spans(row.get("relevant_windows"))
    rated = {field: list(row[field]) for field in ("relevant_clip_ids", "saliency_scores") if row.get(field)}
    return Sample(
        id=str(row["qid"]),
        video=name,
        question=f"Which parts of the video show: {text(row, 'query')}?",
        source=Source((video_path(data, name, "videos", ""),)),
        duration_s=float(row["duration"]),
        evidence=windows,
        mended=mended,
        official={**rated, "query": text(row, "query")},
    )


def _windows(item: Scored) -> Sequence[Span]:
    return item.prediction.evidence if item.prediction else ()


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """mAP (the score), R1 and the highlight measures, in percent; a missing answer counts 0."""
    rows = [item for item in scored if item.sample.evidence]
    result = {"score": _map(rows), "mAP": _map(rows)}
    for threshold in (0.5, 0.7):
        result[f"R1@{threshold}"] = 100 * mean(
            moments.recall_at_one(_windows(item), item.sample.evidence, threshold) for item in rows
        )
    for threshold in (0.5, 0.75):
        result[f"mAP@{threshold}"] = 100 * mean(
            moments.average_precision(_windows(item), item.sample.evidence, threshold) for item in rows
        )
    lengths = {f"mAP {name}": _map_within(rows, *bounds) for name, bounds in LENGTHS.items()}
    return {**result, **lengths, **_highlights(rows)}


def _map(rows: Sequence[Scored]) -> float:
    return 100 * mean(moments.mean_ap(_windows(item), item.sample.evidence) for item in rows)


def _map_within(rows: Sequence[Scored], low_s: float, high_s: float) -> float:
    kept = [(item, [w for w in item.sample.evidence if low_s < w.duration_s <= high_s]) for item in rows]
    return 100 * mean(moments.mean_ap(_windows(item), gold) for item, gold in kept if gold)


def _highlights(rows: Sequence[Scored]) -> dict[str, float]:
    rated = [item for item in rows if "saliency_scores" in item.sample.official]
    result: dict[str, float] = {}
    for name, least in RATINGS.items() if rated else ():
        both = [(_saliency(item), _table(item)) for item in rated]
        result[f"HL-{name} mAP"] = 100 * mean(moments.highlight_ap(a, gold, least) for a, gold in both)
        result[f"HL-{name} HIT@1"] = 100 * mean(moments.hit_at_one(a, gold, least) for a, gold in both)
    return result


def _table(item: Scored) -> moments.Ratings:
    official = item.sample.official
    duration_s = item.sample.duration_s or 0.0
    return moments.saliency_table(duration_s, official["relevant_clip_ids"], official["saliency_scores"])


def _saliency(item: Scored) -> Sequence[float]:
    if item.prediction is None or (not item.prediction.answered and not item.prediction.evidence):
        return ()
    given = item.prediction.saliency
    return given or moments.saliency_of(item.prediction.evidence, item.sample.duration_s or 0.0)
