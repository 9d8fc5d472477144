"""TimeScope (Zohar et al. 2025): short needles in videos of one minute to eight hours.

Layout: `data/test-*.parquet` (or `test*.parquet`, `*.jsonl`) with `id, video (path), type (QA, OCR,
temporal), length (seconds), input (the prompt with lines "A: …"), answer (letter)`; the video at its path.

Official: phrases are cut out and the first capital A–F counts; all items alike, and by length and type.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, no_subset, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="timescope",
    title="TimeScope",
    extractor="first_of_six_lmms",
    kit="lmms-eval tasks/timescope/utils.py, timescope.yaml",
    unverified="the name of the annotation file",
    breakdowns=("type", "length"),
    url="https://huggingface.co/datasets/Apollo-LMMs/TimeScope",
)


def create(argument: str = "", *, data: Path, info: SetInfo = INFO) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "data/test*.parquet", "**/test*.parquet", "*.jsonl", "data/*.jsonl", of=info.title)
    subset = no_subset(argument, info.name)
    return QuestionSet(info, partial(read_rows, table), partial(_sample, data), subset)


def variant(**changes: str) -> SetInfo:
    """The description of a set in the same form."""
    return replace(INFO, **changes)  # type: ignore[arg-type]


def _sample(data: Path, row: Row) -> Sample:
    prompt, options = choices.split_inline(text(row, "input"))
    name = text(row, "video")
    return Sample(
        id=str(row["id"]),
        video=name,
        question=prompt.rpartition("Question:")[2].strip(),
        options=options,
        answer_index=choices.gold_index(text(row, "answer"), options),
        source=Source((video_path(data, name, "", "videos"),)),
        duration_s=float(row["length"]),
        tags=tags(type=row.get("type"), length=row.get("length")),
    )
