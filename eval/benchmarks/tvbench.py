"""TVBench (Cores et al. 2024): ten tasks that need time; the layout of MVBench.

Layout: `json/{task}.json`, lists of `{video, question, candidates[], answer (option text)[, start, end]}`;
`video/{task}/{video}` or `videos/…`. Subset: the name of a task, or all. Where `start` and `end` are given
(in seconds), the question is about that part, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find_all, missing, read_rows, video_path
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="tvbench",
    title="TVBench",
    extractor="first_word_letter",
    kit="lmms-eval 35f10d9, tvbench/utils.py",
    readings={"lmms": "first_word_letter"},
    breakdowns=("task",),
    url="https://github.com/daniel-cores/tvbench",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    if not (files := find_all(data, "json/*.json", "**/json/*.json")):
        raise missing(data, ("json/action_antonym.json and the other tasks",), INFO.title)
    task = subset_of(argument, ("all", *(file.stem for file in files)), INFO.name)
    chosen = [file for file in files if task in ("all", file.stem)]
    return QuestionSet(INFO, partial(_rows, chosen), partial(_sample, data), argument)


def _rows(files: list[Path]) -> Iterator[Any]:
    for file in files:
        for number, row in enumerate(read_rows(file)):
            extra = {"task": file.stem, "id": f"{file.stem}-{number}"}
            yield {**row, **extra} if isinstance(row, dict) else row


def _sample(data: Path, row: Row) -> Sample:
    name, task = text(row, "video"), row["task"]
    listed = tuple(str(option) for option in row["candidates"])
    gold, mended = choices.text_gold(row["answer"], listed)
    start, end = row.get("start"), row.get("end")
    part = "" if start is None or end is None else f"From {float(start):.1f} s to {float(end):.1f} s: "
    return Sample(
        id=row["id"],
        video=f"{task}/{name}",
        question=part + text(row, "question"),
        options=listed,
        answer_index=gold,
        mended=mended,
        source=Source((video_path(data, name, f"video/{task}", f"videos/{task}", "video", "videos"),)),
        tags=tags(task=task),
    )
