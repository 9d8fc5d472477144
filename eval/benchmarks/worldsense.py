"""WorldSense (Hong et al. 2025): 1,662 videos, 3,172 questions that need sound and picture together.

Layout: `worldsense_qa.json`, `{video: {video_duration ("60s"), duration, domain, sub_category,
audio_class[], task0: {task_domain, task_type, question, candidates ["A. …"], answer (letter)}, task1 …}}`;
`videos/{video}.mp4`, `subtitles/{video}.srt`.

Official: VLMEvalKit's reading of Video-MME; accuracy over all questions, by domain, task and length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, listed, read_object, video_path
from playhead.eval.questions import QuestionSet, no_subset, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="worldsense",
    title="WorldSense",
    extractor="first_letter",
    kit="VLMEvalKit worldsense.py, utils/worldsense.py",
    breakdowns=("duration", "domain", "sub_category", "audio_class", "task_domain", "task_type"),
    url="https://jaaackhongggg.github.io/WorldSense",
)
OF_VIDEO = ("duration", "domain", "sub_category", "audio_class")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "worldsense_qa.json", "**/worldsense_qa.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), subset)


def _rows(table: Path) -> Iterator[Any]:
    for name, video in read_object(table).items():
        if not isinstance(video, dict):
            yield video
            continue
        for key in (key for key in video if re.fullmatch(r"task\d+", key)):
            yield {"id": f"{name}-{key}", "name": name, "facts": video, "asked": video[key]}


def _sample(data: Path, row: Row) -> Sample:
    name, facts, asked = row["name"], row["facts"], row["asked"]
    options = choices.strip_labels(listed(asked["candidates"]))
    length = re.match(r"([\d.]+)\s*s?$", str(facts.get("video_duration") or ""))
    described = {dimension: facts.get(dimension) for dimension in OF_VIDEO}
    return Sample(
        id=row["id"],
        video=name,
        question=text(asked, "question"),
        options=options,
        answer_index=choices.gold_index(text(asked, "answer"), options),
        source=Source((video_path(data, name, "videos"),), existing(data / "subtitles" / f"{name}.srt")),
        duration_s=float(length[1]) if length else None,
        tags=tags(task_domain=asked.get("task_domain"), task_type=asked.get("task_type"), **described),
    )
