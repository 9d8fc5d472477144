"""LVBench (Wang et al. 2024): 103 very long videos, 1,549 questions with four inline options.

Layout: `video_info.meta.jsonl` (in the folder or in `data/`), one video a line: `key, type, video_info
{duration_minutes}, qa: [{uid, question with "(A) …" lines, answer, question_type[], time_reference}]`;
`{key}.mp4` in the folder, `videos/` or `all_videos/`.

The official scorer skips questions without an answer; strict counts them wrong. `time_reference` is gold
evidence and never reaches the answerer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, gold_spans, no_subset, tags, text
from playhead.eval.types import Sample, SetInfo, Source
from playhead.tools.types import Span

INFO = SetInfo(
    name="lvbench",
    title="LVBench",
    extractor="polish_answer",
    kit="LVBench 1dd4612, lvbench/utils/answer_util.py",
    readings={"own": "polish_answer", "lmms": "mcq_extract"},
    unanswered="skipped",
    breakdowns=("question_type", "type"),
    url="https://lvbench.github.io",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "video_info.meta.jsonl", "**/video_info.meta.jsonl", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), subset)


def _rows(table: Path) -> Iterator[Any]:
    for video in read_rows(table):
        if isinstance(video, dict) and isinstance(video.get("qa"), list):
            yield from ({**qa, "video": video} if isinstance(qa, dict) else qa for qa in video["qa"])
        else:
            yield video


def _sample(data: Path, row: Row) -> Sample:
    video = row["video"]
    question, options = choices.split_inline(text(row, "question"))
    minutes = (video.get("video_info") or {}).get("duration_minutes")
    evidence, mended = time_reference(row.get("time_reference"))
    return Sample(
        id=str(row["uid"]),
        video=text(video, "key"),
        question=question,
        options=options,
        answer_index=choices.gold_index(row["answer"], options),
        source=Source((video_path(data, text(video, "key"), "", "videos", "all_videos"),)),
        duration_s=float(minutes) * 60 if minutes else None,
        tags=tags(question_type=row.get("question_type"), type=video.get("type")),
        evidence=evidence,
        mended=mended,
    )


def time_reference(value: str | None) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """The span of `00:15-00:19`, nothing for whole-video questions that carry none, and what was mended."""
    if not (value or "").strip():
        return (), ()
    times = re.findall(r"\d+(?::\d+)+", str(value))
    if len(times) != 2:
        return (), (f"time reference {value!r:.60} dropped: no pair of times",)
    return gold_spans(times)
