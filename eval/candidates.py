"""The layout of MVBench: `json/{task}.json` with `video, question, candidates[], answer[, start, end]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find_all, missing, read_rows
from playhead.eval.questions import QuestionSet, extended, part, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

Locate = Callable[[str, str], Path]
"""(task, name in the file) → where the video should be."""


def of_tasks(
    info: SetInfo, video: Callable[[Path, str, str], Path], argument: str, data: Path
) -> QuestionSet:
    """A set with one file of questions a task; `video(data, task, name)` is the path of a video."""
    if not (files := find_all(data, "json/*.json", "**/json/*.json")):
        raise missing(data, ("json/action_antonym.json and the other tasks",), info.title)
    task = subset_of(argument, ("all", *(file.stem for file in files)), info.name)
    chosen = [file for file in files if task in ("all", file.stem)]
    return QuestionSet(info, partial(task_rows, chosen), partial(sample, partial(video, data)), argument)


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
