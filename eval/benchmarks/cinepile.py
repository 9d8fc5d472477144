"""CinePile (Rawal et al. 2024): film scenes of some minutes, five options.

Layout: `data/test-*.parquet` (also below `v2/`) with `movie_name, videoID, yt_clip_link, subtitles (dialogue
without times), question, choices[], answer_key (text), answer_key_position (0-based), question_category,
hard_split ("True", "False")`; the clips as `{videoID}.mp4`, `{YouTube id}.mp4` or
`{movie_name}_{YouTube id}.mp4` in `videos/` or the folder. Subsets: all, hard.

Official: accuracy over all questions, by category and hard split. The official prompt quotes the dialogue
of the row; it has no times and is not used here: put `{clip}.srt` beside the clip for that.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, first_of, listed, read_rows
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="cinepile",
    title="CinePile",
    extractor="stated_answer",
    kit="lmms-eval tasks/cinepile/utils.py",
    breakdowns=("question_category", "hard_split"),
    url="https://huggingface.co/datasets/tomg-group-umd/cinepile",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is all or hard. Raises MediaError for another layout."""
    hard = subset_of(argument, ("all", "hard"), INFO.name) == "hard"
    table = find(data, "data/test-*.parquet", "v2/test-*.parquet", "**/test*.parquet", of=INFO.title)

    def rows() -> list[Any]:
        return [row for row in read_rows(table) if not hard or str(row.get("hard_split")) == "True"]

    return QuestionSet(INFO, rows, partial(_sample, data), argument)


def _sample(data: Path, row: Row) -> Sample:
    found = re.search(r"(?:v=|youtu\.be/)([\w-]{6,})", text(row, "yt_clip_link"))
    if not found:
        raise ValueError(f"no YouTube id in {row['yt_clip_link']!r}")
    name, options = found[1], tuple(listed(row["choices"]))
    names = (str(row.get("videoID") or name), name, f"{row.get('movie_name')}_{name}")
    video = first_of(data, *(f"{folder}{stem}.mp4" for folder in ("videos/", "") for stem in names))
    question = text(row, "question")
    return Sample(
        id=f"{name}-{question[:60]}",
        video=name,
        question=question,
        options=options,
        answer_index=choices.gold_index(int(row["answer_key_position"]), options),
        source=Source((video,), existing(video.with_suffix(".srt"))),
        tags=tags(question_category=row.get("question_category"), hard_split=row.get("hard_split")),
    )
