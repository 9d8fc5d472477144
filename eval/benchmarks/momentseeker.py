"""MomentSeeker (Yuan et al. 2025): moments of long videos, found by a text.

Layout: `t2v.json`, a list of `{src_video_path, qry_text, qry_img_path, qry_video_path, task,
answering_time_interval [[start, end], …]}`; `videos/{file}`. The queries that come with a picture
(`it2v.json`) or a clip are not read: a question here is a text.

Official, as VLMEvalKit's module takes the paper: R@1 (the score) counts a first window whose IoU with a
gold moment is above 0.3; mAP@5 the mean precision at each hit among the first five windows, each moment
matched once; also R@1 above 0.5 and 0.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.layout import find, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, gold_spans, no_subset, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source
from playhead.eval.windows import best_iou, windows
from playhead.tools.types import Span

INFO = SetInfo(
    name="momentseeker",
    title="MomentSeeker (text)",
    extractor="first_letter",
    kit="VLMEvalKit momentseeker.py",
    aggregate="R@1 above IoU 0.3 of the first cited window",
    breakdowns=("task",),
    url="https://huggingface.co/datasets/avery00/MomentSeeker",
)
ABOVE, DEPTH = 0.3, 5


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "t2v.json", "**/t2v.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), subset, official)


def _rows(table: Path) -> list[Any]:
    return list(enumerate(read_rows(table)))


def _sample(data: Path, numbered: tuple[int, Any]) -> Sample:
    number, row = numbered
    name = Path(text(row, "src_video_path")).name
    gold, mended = gold_spans(row["answering_time_interval"])
    if not gold:
        raise ValueError("a query needs a moment")
    return Sample(
        id=f"t2v-{number}",
        video=Path(name).stem,
        question=f"Which parts of the video show: {text(row, 'qry_text')}",
        source=Source((video_path(data, name, "videos", ""),)),
        tags=tags(task=row.get("task")),
        evidence=gold,
        mended=mended,
    )


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """R@1 above 0.3 (the score), 0.5 and 0.7, and mAP@5, in percent."""
    firsts = [best_iou(windows(item)[:1], item.sample.evidence) for item in scored]
    recalls = {f"R@1>{t}": 100 * mean(float(iou > t) for iou in firsts) for t in (ABOVE, 0.5, 0.7)}
    aps = [average_precision(windows(item), item.sample.evidence) for item in scored]
    return {"score": recalls[f"R@1>{ABOVE}"], **recalls, "mAP@5": 100 * mean(aps)}


def average_precision(found: Sequence[Span], gold: Sequence[Span]) -> float:
    """Mean of the precisions at each hit among the first five; each moment can be hit once."""
    left, precisions = list(gold), list[float]()
    for rank, window in enumerate(found[:DEPTH], 1):
        best = max(left, key=window.iou, default=None)
        if best is not None and window.iou(best) > ABOVE:
            left.remove(best)
            precisions.append((len(precisions) + 1) / rank)
    return mean(precisions)
