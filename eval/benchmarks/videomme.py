"""Video-MME (Fu et al. 2024): 900 videos, 2,700 four-option questions.

Layout: `videomme/test-00000-of-00001.parquet` (or any `*.parquet`) with `videoID, question_id, duration,
domain, sub_category, task_type, question, options ["A. …"], answer (letter)`; `data/{videoID}.mp4`;
`subtitle/{videoID}.srt`. Subsets: all, short, medium, long. Official protocol for subtitles: only cues
aligned with the sampled frames (`--subtitles sampled`).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Claim, Sample, SetInfo, Source

_SITE = "https://video-mme.github.io"
INFO = SetInfo(
    name="videomme",
    title="Video-MME",
    extractor="mcq_extract",
    kit="lmms-eval c228e27, _task_utils/mcq_extract.py",
    readings={"lmms": "mcq_extract", "vlmeval": "first_letter"},
    breakdowns=("duration", "domain", "sub_category", "task_type"),
    url=_SITE,
    claims=(
        Claim("Gemini 1.5 Pro", 75.0, _SITE, "without subtitles"),
        Claim("Gemini 1.5 Pro", 81.3, _SITE, "with subtitles"),
        Claim("GPT-4o", 71.9, _SITE, "without subtitles"),
        Claim("GPT-4o", 77.2, _SITE, "with subtitles"),
    ),
)
SUBSETS = ("all", "short", "medium", "long")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a subset. Raises MediaError for another layout."""
    subset = subset_of(argument, SUBSETS, INFO.name)
    table = find(data, "videomme/test-*.parquet", "**/test-*.parquet", "*.parquet", of=INFO.title)

    def rows() -> list[Row]:
        return [row for row in read_rows(table) if subset == "all" or row.get("duration") == subset]

    return QuestionSet(INFO, rows, partial(_sample, data), argument)


def _sample(data: Path, row: Row) -> Sample:
    name = text(row, "videoID")
    options = choices.strip_labels(row["options"])
    return Sample(
        id=text(row, "question_id"),
        video=name,
        question=text(row, "question"),
        options=options,
        answer_index=choices.gold_index(row["answer"], options),
        source=Source(
            (video_path(data, name, "data", "videos"),), existing(data / "subtitle" / f"{name}.srt")
        ),
        tags=tags(**{dimension: row.get(dimension) for dimension in INFO.breakdowns}),
    )
