"""Perception Test, multiple choice (Pătrăucean et al. 2023): short filmed scenes, three options.

Layout: `mc_question_valid.json` (`mc_question_test.json` without answers), `{video: {metadata {video_id,
split, num_frames, frame_rate}, mc_question: [{id, question, options[], answer_id (0-based), area, reasoning,
tag[]}]}}`, or lmms-eval's rows (`*.parquet` with `video_name, question_id, question, options, answer_id,
area, reasoning, tag`); `videos/{video}.mp4`. Subsets: valid, test.

Official: top-1 accuracy over all questions, by area and kind of reasoning. lmms-eval takes a reply that is
exactly the letter, and so does the reading here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, listed, read_object, read_rows, video_path
from playhead.eval.questions import QuestionSet, extended, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="perception_test",
    title="Perception Test (MCQ)",
    extractor="exact_letter",
    kit="lmms-eval tasks/perceptiontest/val/utils.py; google-deepmind/perception_test",
    breakdowns=("area", "reasoning", "tag"),
    url="https://github.com/google-deepmind/perception_test",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is valid or test. Raises MediaError for another layout."""
    split = subset_of(argument, ("valid", "test"), INFO.name)
    file = f"mc_question_{split}.json"
    rows = f"**/{'val' if split == 'valid' else 'test'}*.parquet"
    table = find(data, file, f"**/{file}", f"all_{split}.json", rows, of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), argument)


def _rows(table: Path) -> Iterator[Any]:
    if table.suffix == ".parquet":
        yield from read_rows(table)
        return
    for name, video in read_object(table).items():
        if not isinstance(video, dict):
            yield video
            continue
        facts = video.get("metadata") or {}
        rate, frames = facts.get("frame_rate"), facts.get("num_frames")
        length_s = frames / rate if rate and frames else None
        yield from (
            extended(row, video_name=name, length_s=length_s) for row in video.get("mc_question") or ()
        )


def _sample(data: Path, row: Row) -> Sample:
    name, options = text(row, "video_name"), tuple(listed(row["options"]))
    answer = row.get("answer_id")
    number = row["question_id"] if "question_id" in row else row["id"]
    return Sample(
        id=f"{name}-{number}",
        video=name,
        question=text(row, "question"),
        options=options,
        answer_index=None if answer is None else choices.gold_index(int(answer), options),
        source=Source((video_path(data, name, "videos", ""),)),
        duration_s=row.get("length_s"),
        tags=tags(area=row.get("area"), reasoning=row.get("reasoning"), tag=row.get("tag")),
    )
