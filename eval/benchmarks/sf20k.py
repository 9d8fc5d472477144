"""SF20K (Ghermi et al. 2024): the story of short films, five options or open.

Layout: `test.csv`, `test_silent.csv`, `test_expert.csv` (or `data/{split}-*.parquet`) with `question_id,
video_id, video_url, question, answer, option_0 … option_4, correct_answer (index), correct_letter`;
`videos/{video_id}.mp4` (or in the folder). Subsets: test, silent, expert, and open: the expert questions
without options, as its competition asks them.

Official: accuracy of the options. Open answers are rated 0 to 5 by a judge; their score is the mean, what
was not answered is 0. A row without options is asked openly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.official import multiple_choice_only
from playhead.eval.questions import QuestionSet, options, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="sf20k",
    title="SF20K",
    extractor="mcq_extract",
    kit="ridouaneg/sf20k README.md, experiments/baselines/run_evaluation.py",
    unverified="how the official scorer reads letters",
    breakdowns=("kind",),
    url="https://ridouaneg.github.io/sf20k.html",
)
SPLITS = {"test": "test", "silent": "test_silent", "expert": "test_expert", "open": "test_expert"}
BEST = 5


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a split or open. Raises MediaError for another layout."""
    subset = subset_of(argument, tuple(SPLITS), INFO.name)
    split = SPLITS[subset]
    table = find(data, f"{split}.csv", f"**/{split}.csv", f"**/{split}-*.parquet", of=INFO.title)
    parse = partial(_sample, data, subset == "open")
    return QuestionSet(INFO, partial(read_rows, table), parse, argument, official)


def _sample(data: Path, opened: bool, row: Row) -> Sample:
    name = text(row, "video_id")
    listed = () if opened else options(row, *(f"option_{place}" for place in range(5)))
    answer = text(row, "answer")
    if not answer:
        raise ValueError("a question needs its answer")
    return Sample(
        id=text(row, "question_id"),
        video=name,
        question=text(row, "question"),
        options=listed,
        answer_index=choices.gold_index(text(row, "correct_letter"), listed) if listed else None,
        answer_text="" if listed else answer,
        source=Source((video_path(data, name, "videos", ""),)),
        tags=tags(kind="options" if listed else "open"),
    )


def official(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Accuracy; of open questions the mean rating, in percent and (`rating`) from 0 to 5."""
    if any(item.sample.options for item in scored):
        return multiple_choice_only(info, scored)
    ratings = [
        float(item.verdict.get("score", 0)) if item.verdict else BEST * item.official_correct
        for item in scored
    ]
    return {"score": 100 * mean(ratings) / BEST, "rating": mean(ratings)}
