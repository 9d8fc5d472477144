"""NExT-GQA (Xiao et al. 2024): NExT-QA questions whose answers must be grounded in time.

Layout: `val.csv`/`test.csv` with `video_id, question, answer (option text), qid, type, a0 … a4`, and
`gsub_val.json`/`gsub_test.json`: `{video: {duration, location: {qid: [[start, end], …]}}}`; videos as
in NExT-QA. Subsets: test, val. Official: Acc@QA, Acc@GQA (right and IoP ≥ 0.5), IoP and IoU of the one
window that spans the cited evidence.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from playhead.eval.benchmarks.nextqa import row_sample, video_map
from playhead.eval.layout import Row, find, read_object, read_rows
from playhead.eval.official import with_grounding
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, text
from playhead.eval.types import Sample, SetInfo

INFO = SetInfo(
    name="nextgqa",
    title="NExT-GQA",
    extractor="last_bracketed",
    readings={"lmms": "last_bracketed"},
    notes="no public rule for text replies; read as NExT-QA",
    breakdowns=("group", "type"),
    url="https://github.com/doc-doc/NExT-GQA",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is test or val. Raises MediaError for another layout."""
    split = subset_of(argument, ("test", "val"), INFO.name)
    times = find(data, f"gsub_{split}.json", f"**/gsub_{split}.json", of=INFO.title)
    table = find(times.parent, f"{split}.csv", of=INFO.title)
    parse = partial(_sample, data, video_map(data), read_object(times))
    return QuestionSet(INFO, partial(read_rows, table), parse, argument, with_grounding)


def _sample(data: Path, places: Row, times: Row, row: Row) -> Sample:
    plain = row_sample(data, places, row, text(row, "answer"))
    video = times.get(plain.video) or {}
    gold = (video.get("location") or {}).get(str(row["qid"]))
    evidence, mended = gold_spans(gold)
    return replace(
        plain, duration_s=video.get("duration"), evidence=evidence, mended=(*plain.mended, *mended)
    )
