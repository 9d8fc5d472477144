"""TempCompass (Liu et al. 2024): action, direction, speed, order and change in short videos.

Layout: `questions/{task}.json` `{video: {dimension: [{question with options, answer}]}}`, or the parquet
copy `{task}/test-*.parquet` with `video_id, question, answer, dim`; `videos/{video}.mp4`. Subsets:
multi-choice, yes_no, caption_matching, captioning. Options stand on lines of their own after the question;
yes/no questions get the options yes and no. Captioning is judged against `mc_answer` or `answer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_object, read_rows, video_path
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="tempcompass",
    title="TempCompass",
    extractor="leading_label",
    kit="VLMEvalKit 006aa29, dataset/utils/tempcompass.py; lmms-eval 06f392e has the same rules",
    readings={"lmms": "leading_label", "vlmeval": "leading_label", "own": "leading_label"},
    breakdowns=("dim",),
    url="https://llyx97.github.io/tempcompass",
    notes="the official rules without their judge: what they cannot read is wrong",
)
RULES = {"yes_no": "yes_or_no", "caption_matching": "caption_label"}
"""Tasks whose replies are read by a rule of their own."""
TASKS = ("multi-choice", "yes_no", "caption_matching", "captioning")
LABEL = re.compile(r"^\s*(?:(?:caption|option|sentence)\s*)?[A-D1-4]\s*[.:)]\s*", re.IGNORECASE)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    task = subset_of(argument, TASKS, INFO.name)
    table = find(data, f"questions/{task}.json", f"{task}/test-*.parquet", f"{task}.json", of=INFO.title)
    rule = RULES.get(task, INFO.extractor)
    info = replace(INFO, extractor=rule, readings=dict.fromkeys(INFO.readings, rule))
    return QuestionSet(info, partial(_rows, table), partial(_sample, data, task), argument)


def _rows(table: Path) -> Iterator[Any]:
    if table.suffix == ".parquet":
        yield from ({**row, "number": number} for number, row in enumerate(read_rows(table)))
        return
    for video, dimensions in read_object(table).items():
        for dim, listed in dimensions.items():
            for number, row in enumerate(listed):
                extra = {"video_id": video, "dim": dim, "number": number}
                yield {**row, **extra} if isinstance(row, dict) else row


def _sample(data: Path, task: str, row: Row) -> Sample:
    name, gold = str(row["video_id"]), str(row.get("mc_answer") or row["answer"]).strip()
    question, listed = split(task, text(row, "question"))
    answer = LABEL.sub("", gold, count=1) if task != "yes_no" else gold
    return Sample(
        id=f"{name}-{row['dim']}-{row['number']}",
        video=name,
        question=question,
        options=listed,
        answer_index=choices.gold_index(answer, listed) if listed else None,
        answer_text="" if listed else answer,
        source=Source((video_path(data, name, "videos", ""),)),
        tags=tags(dim=row["dim"]),
        official={"labels": labels(row["question"])} if task == "caption_matching" else {},
    )


def labels(question: str) -> tuple[str, ...]:
    """What stands before the options of a caption question: `Caption A`, `Option 1` …"""
    lines = (LABEL.match(line) for line in question.splitlines())
    return tuple(found.group(0).strip().rstrip(".:)").strip() for found in lines if found)


def split(task: str, question: str) -> tuple[str, tuple[str, ...]]:
    """Question and options of one task."""
    if task == "yes_no":
        return question, ("yes", "no")
    lines = question.splitlines()
    start = next((place for place, line in enumerate(lines) if LABEL.match(line)), len(lines))
    if task == "captioning":
        return question, ()
    listed = tuple(LABEL.sub("", line, count=1).strip() for line in lines[start:] if line.strip())
    if len(listed) < 2:
        raise ValueError("no options found after the question")
    return "\n".join(lines[:start]).strip(), listed
