"""The layout of MVBench: `json/{task}.json` with `video, question, candidates[], answer[, start, end]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, read_rows
from playhead.eval.questions import extended, part, tags, text
from playhead.eval.types import Sample, Source

Locate = Callable[[str, str], Path]
"""(task, name in the file) → where the video should be."""


def task_rows(files: Sequence[Path]) -> Iterator[Any]:
    """The rows of all tasks, with the task (the file's name) and an id."""
    for file in files:
        for number, row in enumerate(read_rows(file)):
            yield extended(row, task=file.stem, id=f"{file.stem}-{number}")


def sample(locate: Locate, row: Row) -> Sample:
    """One question; where `start` and `end` are given it says which part of the video it is about."""
    name, task = text(row, "video"), row["task"]
    listed = tuple(str(option) for option in row["candidates"])
    gold, mended = choices.text_gold(row["answer"], listed)
    return Sample(
        id=row["id"],
        video=f"{task}/{name}",
        question=part(row.get("start"), row.get("end")) + text(row, "question"),
        options=listed,
        answer_index=gold,
        mended=mended,
        source=Source((locate(task, name),)),
        tags=tags(task=task),
    )
