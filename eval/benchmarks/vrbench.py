"""VRBench (Yu et al. 2025): multi-step reasoning over long narrative videos.

Layout: `VRBench_eval.jsonl` (or any `VRBench*.jsonl`), one video a line: `video_id, video_path,
video_summary, mcq: {qa1: {question, options {A …}, answer (letter), original_question, original_answer,
reasoning_process {"1": "… [00:07:44->00:08:28]"}, reasoning_type}}`; the video at `video_path`, with or
without its leading `VRBench/`, or in `v001_360p/` or `videos/`. Subsets: mcq, open (the original questions,
judged).

Official: accuracy of the letters; open answers are rated 0 to 10 by a judge and shown in percent; both over
all questions and by type of reasoning. The steps' times are gold evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, first_of, read_rows
from playhead.eval.metrics import mean
from playhead.eval.official import standard
from playhead.eval.questions import QuestionSet, extended, gold_spans, lettered, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

BEST = 10
INFO = SetInfo(
    name="vrbench",
    title="VRBench",
    extractor="vrbench_letter",
    kit="VRBench evaluation/calculate_scores.py, inference/data/VRBench_debug.jsonl",
    breakdowns=("reasoning_type",),
    url="https://github.com/OpenGVLab/VRBench",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is mcq or open. Raises MediaError for another layout."""
    opened = subset_of(argument, ("mcq", "open"), INFO.name) == "open"
    table = find(data, "VRBench_eval.jsonl", "VRBench*.jsonl", "**/VRBench*.jsonl", of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data, opened), argument, official)


def _rows(table: Path) -> Iterator[Any]:
    for video in read_rows(table):
        if not isinstance(video, dict) or not isinstance(video.get("mcq"), dict):
            yield video
            continue
        extra = {"video": video.get("video_id"), "path": str(video.get("video_path") or "")}
        for key, row in video["mcq"].items():
            yield extended(row, **extra, id=f"{extra['video']}_{key}")


def _sample(data: Path, opened: bool, row: Row) -> Sample:
    name, listed = text(row, "video"), lettered(row["options"])
    places = (
        row["path"],
        row["path"].removeprefix("VRBench/"),
        f"v001_360p/{name}.mp4",
        f"videos/{name}.mp4",
    )
    gold = choices.gold_index(text(row, "answer"), listed)
    evidence, mended = gold_spans(steps(row.get("reasoning_process") or {}))
    return Sample(
        id=row["id"],
        video=name,
        question=text(row, "original_question" if opened else "question"),
        options=() if opened else listed,
        answer_index=None if opened else gold,
        answer_text=text(row, "original_answer") if opened else "",
        source=Source((first_of(data, *(place for place in places if place)),)),
        tags=tags(reasoning_type=row.get("reasoning_type")),
        evidence=evidence,
        mended=mended,
        official={"scale": BEST} if opened else {},
    )


def steps(process: Mapping[str, Any]) -> list[list[str]]:
    """The times of the steps as they are written: `[start->end]`."""
    form = re.compile(r"\[([\d:.]+)->([\d:.]+)\]")
    return [list(match) for step in process.values() for match in form.findall(str(step))]


def official(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Accuracy of choices, or the mean rating of open answers, in percent."""
    if any(item.sample.options for item in scored):
        return standard(info, scored)
    ratings = [
        item.verdict.get("score", 0) / BEST if item.verdict else item.official_correct for item in scored
    ]
    return {"score": 100 * mean(ratings), "counted": float(len(ratings))}
