"""VideoEval-Pro (Ma et al. 2025): questions of four long-video sets asked without their options.

Layout: `data/test-*.parquet` with `video, source, question, options[], answer (letter), answer_text,
qa_type, qa_subtype, meta`; the videos in `videos_filtered/` (also below `videos/`). Subsets: open (the
official setting), mcq (the same questions with their options).

Official: a judge grades each open answer correct, incorrect or not attempted; accuracy over all questions
and by `qa_type`. Of the options the first capital A–D counts.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, listed, read_rows, video_path
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="videoeval_pro",
    title="VideoEval-Pro",
    extractor="first_letter",
    kit="lmms-eval tasks/videoevalpro/utils.py",
    breakdowns=("qa_type", "qa_subtype", "source"),
    url="https://tiger-ai-lab.github.io/VideoEval-Pro",
)
FOLDERS = ("videos_filtered", "videos/videos_filtered", "videos")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is open or mcq. Raises MediaError for another layout."""
    opened = subset_of(argument, ("open", "mcq"), INFO.name) == "open"
    table = find(data, "data/test-*.parquet", "test*.parquet", "**/test*.parquet", of=INFO.title)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data, opened), argument)


def _sample(data: Path, opened: bool, row: Row) -> Sample:
    name = text(row, "video")
    options = () if opened else choices.strip_labels(listed(row["options"]))
    answer = text(row, "answer_text")
    if not answer:
        raise ValueError("an open question needs its answer")
    return Sample(
        id=f"{row['source']}-{name}-{text(row, 'question')[:40]}",
        video=name,
        question=text(row, "question"),
        options=options,
        answer_index=None if opened else choices.gold_index(text(row, "answer"), options),
        answer_text=answer if opened else "",
        source=Source((video_path(data, name, *FOLDERS),)),
        tags=tags(**{dimension: row.get(dimension) for dimension in INFO.breakdowns}),
    )
