"""InfiniBench (Ataallah et al. 2024): films and series episodes, one file a skill.

Layout: one JSON a skill (`global_appearance.json`, `scene_transitions.json`, …) below the folder, a list
of rows with `question` or `Q`, `answer` or `A`, `options` or `options_str`, `answer_idx` (0-based),
`video_path_mp4`; the videos below `videos/` or the folder, `video_subtitles` or `subtitle_path` beside
them when given. Subset: the name of a skill, or all.

Skills with options are scored by accuracy, each skill counting the same; the open ones (summarisation,
spoilers, deep context, linking events) are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find_all, missing, read_rows, video_path
from playhead.eval.official import multiple_choice_only
from playhead.eval.questions import QuestionSet, subset_of, tags
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="infinibench",
    title="InfiniBench",
    extractor="first_letter",
    notes="no public rule for text replies was found",
    headline="options",
    aggregate="macro over skill",
    breakdowns=("skill",),
    url="https://vision-cair.github.io/InfiniBench",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a skill. Raises MediaError for another layout."""
    files = find_all(data, "*.json", "**/*.json")
    if not files:
        raise missing(data, ("global_appearance.json", "one JSON a skill"), INFO.title)
    skill = subset_of(argument, ("all", *(file.stem for file in files)), INFO.name)
    chosen = [file for file in files if skill in ("all", file.stem)]
    return QuestionSet(INFO, partial(_rows, chosen), partial(_sample, data), argument, multiple_choice_only)


def _rows(files: list[Path]) -> Iterator[Any]:
    for file in files:
        for number, row in enumerate(read_rows(file)):
            extra = {"skill": file.stem, "id": f"{file.stem}-{number}"}
            yield {**row, **extra} if isinstance(row, dict) else row


def _sample(data: Path, row: Row) -> Sample:
    name = str(row["video_path_mp4"]).lstrip("/")
    listed = _options(row)
    answer = str(row["answer"] if "answer" in row else row["A"])
    index = row.get("answer_idx", answer)
    subtitles = str(row.get("video_subtitles") or row.get("subtitle_path") or "").lstrip("/")
    return Sample(
        id=row["id"],
        video=name,
        question=str(row["question"] if "question" in row else row["Q"]),
        options=listed,
        answer_index=choices.gold_index(index, listed) if listed else None,
        answer_text="" if listed else answer,
        source=Source(
            (video_path(data, name, "videos", ""),),
            existing(data / "subtitles" / subtitles, data / subtitles)[:1],
        ),
        tags=tags(skill=row["skill"]),
    )


def _options(row: Row) -> tuple[str, ...]:
    if listed := row.get("options"):
        return tuple(str(option) for option in listed)
    lines = [line for line in str(row.get("options_str") or "").splitlines() if line.strip()]
    return tuple(re.sub(r"^\s*\(?(?:option\s*)?\w\s*[.):]\s*", "", line).strip() for line in lines)
