"""HLV-1K (Zou et al. 2025): 1,009 hour-long videos, 14,847 questions that name their times.

Layout: `dataset/{video}.json`, a list of `{qa_idx, qa_type (mcqa or qa), qa_level, qa_task, question, answer,
options ["A. …"] (mcqa only)}`; `videos/{video}.mp4`. A `qa` row is answered Yes or No. Subsets: all, mcqa,
qa.

Official: the first character of the reply, or the word Yes or No; accuracy over all questions and by level.
The published table's overall numbers are the means over all items.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find_all, missing, read_rows, video_path
from playhead.eval.questions import QuestionSet, extended, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="hlv1k",
    title="HLV-1K",
    extractor="first_character",
    kit="HLV-1K gpt_evaluation.py, README.md",
    breakdowns=("level", "task", "type"),
    url="https://github.com/Vincent-ZHQ/HLV-1K-Long-Video-Understanding-Benchmark",
)
YES_NO = ("Yes", "No")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a kind of question. Raises MediaError for another layout."""
    kind = subset_of(argument, ("all", "mcqa", "qa"), INFO.name)
    patterns = ("dataset/*.json", "data/*.json", "**/dataset/*.json")
    if not (files := find_all(data, *patterns)):
        raise missing(data, patterns, INFO.title)
    return QuestionSet(INFO, partial(_rows, files, kind), partial(_sample, data), argument)


def _rows(files: list[Path], kind: str) -> Iterator[Any]:
    for file in files:
        for number, row in enumerate(read_rows(file)):
            if not isinstance(row, dict) or kind in ("all", row.get("qa_type")):
                yield extended(row, video=file.stem, number=number)


def _sample(data: Path, row: Row) -> Sample:
    closed = text(row, "qa_type") == "mcqa"
    listed = choices.strip_labels([str(option) for option in row["options"]]) if closed else YES_NO
    return Sample(
        id=f"{row['video']}-{row.get('qa_idx', row['number'])}",
        video=row["video"],
        question=text(row, "question"),
        options=listed,
        answer_index=choices.gold_index(text(row, "answer"), listed),
        source=Source((video_path(data, row["video"], "videos", ""),)),
        tags=tags(level=row.get("qa_level"), task=row.get("qa_task"), type=row["qa_type"]),
    )
