"""ScaleLong (Ma et al. 2025): clip, shot, event and story, asked about the same 269 long videos.

Layout: `questions.jsonl`, one video a line: `{video: [{data_id, question, question_type, granularity, answer
(text), answer_location ("18:33-18:48"), distractors[]}]}`; `videos/{video}.mp4` (or in the folder).

Official: the right answer and its three distractors are shuffled afresh in each run; here they stand in
alphabetical order, so that every run asks the same. Accuracy over all questions, by granularity and type.
The kit guesses at random when it reads no letter; here that is wrong. `answer_location` is gold evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, listed, read_rows, video_path
from playhead.eval.questions import QuestionSet, extended, gold_spans, no_subset, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="scalelong",
    title="ScaleLong",
    extractor="scalelong_letter",
    kit="ScaleLong inference.py",
    unverified="form and reading are taken from a published description of the repository, not its files",
    breakdowns=("granularity", "question_type"),
    url="https://github.com/multimodal-art-projection/ScaleLong",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "questions.jsonl", "**/questions.jsonl", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), subset)


def _rows(table: Path) -> Iterator[Any]:
    for line in read_rows(table):
        if not isinstance(line, dict):
            yield line
            continue
        for name, asked in line.items():
            for number, row in enumerate(asked if isinstance(asked, list) else [asked]):
                yield extended(row, video=name, id=f"{name}-{number}")


def _sample(data: Path, row: Row) -> Sample:
    right = text(row, "answer")
    place = str(row.get("answer_location") or "")
    gold, mended = gold_spans([place.split("-")] if place else None)
    options = tuple(sorted([right, *listed(row["distractors"])]))
    return Sample(
        id=row["id"],
        video=row["video"],
        question=text(row, "question"),
        options=options,
        answer_index=choices.gold_index(options.index(right), options),
        source=Source((video_path(data, row["video"], "videos", ""),)),
        tags=tags(granularity=row.get("granularity"), question_type=row.get("question_type")),
        evidence=gold,
        mended=mended,
    )
