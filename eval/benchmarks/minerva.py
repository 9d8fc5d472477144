"""MINERVA (Nagrani et al. 2025): multi-step reasoning over videos, five options.

Layout: `minerva.json` with `key, video_id, question, answer_choice_0 … answer_choice_4, answer_id
(0-based), question_type, category, split`; `videos/{video_id}.mp4` (or `{video_id}.mp4`).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, no_subset, options, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="minerva",
    title="MINERVA",
    extractor="declared_or_last",
    kit="lmms-eval 6c3e853, minerva/utils.py",
    readings={"lmms": "declared_or_last"},
    breakdowns=("question_type", "category", "split"),
    url="https://github.com/google-deepmind/neptune",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "minerva.json", "**/minerva.json", "**/minerva*.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, table.parent), subset)


def _sample(data: Path, row: Row) -> Sample:
    name, listed = text(row, "video_id"), options(row, *(f"answer_choice_{place}" for place in range(5)))
    return Sample(
        id=str(row["key"]),
        video=name,
        question=text(row, "question"),
        options=listed,
        answer_index=choices.gold_index(int(row["answer_id"]), listed),
        source=Source((video_path(data, name, "videos", ""),), existing(data / "subtitles" / f"{name}.vtt")),
        tags=tags(**{dimension: row.get(dimension) for dimension in INFO.breakdowns}),
    )
