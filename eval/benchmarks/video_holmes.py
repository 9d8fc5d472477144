"""Video-Holmes (Cheng et al. 2025): reasoning over suspense short films, six options.

Layout: `test_Video-Holmes.json` (or `Benchmark/test_Video-Holmes.json`), a list of `{video ID, Question ID,
Question Type (SR, IMC, TCI, TA, MHR, PAR, CTI), Question, Options {A …}, Answer (letter), Explanation}`;
`videos/{video ID}.mp4` (`video/` in VLMEvalKit).

Official: accuracy over all questions and by type; the letter of the last `<answer>` tag.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, lettered, no_subset, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="video_holmes",
    title="Video-Holmes",
    extractor="answer_tag",
    kit="VLMEvalKit video_holmes.py, utils/videoholmes.py",
    breakdowns=("question_type",),
    url="https://github.com/TencentARC/Video-Holmes",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "test_Video-Holmes.json", "**/test_Video-Holmes.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data), subset)


def _sample(data: Path, row: Row) -> Sample:
    name, listed = text(row, "video ID"), lettered(row["Options"])
    return Sample(
        id=str(row["Question ID"]),
        video=name,
        question=text(row, "Question"),
        options=listed,
        answer_index=choices.gold_index(text(row, "Answer"), listed),
        source=Source((video_path(data, name, "videos", "video", "Benchmark/videos"),)),
        tags=tags(question_type=row.get("Question Type")),
    )
