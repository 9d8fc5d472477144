"""FALCON-Bench (Plou et al. 2025): one short moment to be found in an hour or more.

Layout: `*.parquet`, `*.jsonl` or `*.json` with `question_id, question, options, gt_option_idx (0-based),
gt_answer, gt_time_interval [start, end], dataset, category, path`; videos in `full_videos/{path}`.
Subsets: mcq, oq (open), mcq_temploc, oq_temploc: the last two are the same questions; every run is scored
on its cited window as well, so they differ in name only.

Official: accuracy over all questions (the mean over datasets beside it), mean IoU, and GToU: gold length
over the span of gold and window, where they overlap. The official kit picks a random option when it reads
none; here that is wrong.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.official import with_windows
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="falcon",
    title="FALCON-Bench",
    extractor="first_or_option",
    kit="lmms-eval 161c7a1, FALCONBench/utils.py",
    readings={"lmms": "first_or_option", "own": "first_or_option"},
    breakdowns=("dataset", "category"),
    url="https://cplou99.github.io/FALCONEye",
)
SUBSETS = ("mcq", "oq", "mcq_temploc", "oq_temploc")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a subset. Raises MediaError for another layout."""
    subset = subset_of(argument, SUBSETS, INFO.name)
    table = find(data, "test*.parquet", "**/test*.parquet", "*.jsonl", "*.json", of=INFO.title)
    parse = partial(_sample, data, subset.startswith("oq"))
    return QuestionSet(INFO, partial(read_rows, table), parse, argument, with_windows)


def _sample(data: Path, opened: bool, row: Row) -> Sample:
    evidence, mended = gold_spans(row.get("gt_time_interval"))
    listed = tuple(str(option) for option in row["options"] if option != "N/A")
    return Sample(
        id=str(row["question_id"]),
        video=text(row, "path"),
        question=text(row, "question"),
        options=() if opened else listed,
        answer_index=None if opened else choices.gold_index(int(row["gt_option_idx"]), listed),
        answer_text=text(row, "gt_answer") if opened else "",
        source=Source((video_path(data, text(row, "path"), "full_videos", "videos", ""),)),
        tags=tags(dataset=row.get("dataset"), category=str(row.get("category") or "").rpartition("-")[2]),
        evidence=evidence,
        mended=mended,
    )
