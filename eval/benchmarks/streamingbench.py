"""StreamingBench (Lin et al. 2024): questions asked while a video runs, each at its moment.

Layout: `StreamingBench/Real_Time_Visual_Understanding.csv`, `Omni_Source_Understanding.csv`,
`Contextual_Understanding.csv`, `Sequential_Question_Answering.csv` (or in the folder) with `question_id
(…_sample_7_2), task_type, question, time_stamp ("00:03:10"), answer (letter), options (a list in text)`; the
videos in `data/real`, `data/omni` and `data/sqa` as `sample_7/video.mp4` or `sample_7.mp4`, also below a
folder of the archive's name. Subsets: real, omni, contextual, sqa. Proactive output, a decision every
second, is not part of this.

Nothing after `time_stamp` is visible. As in the official prompt, a sequential question tells the earlier
questions of its video with their answers. Official: the first character of the reply is compared;
unanswered questions are left out; all items alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, first_of, listed, read_rows, seconds
from playhead.eval.questions import QuestionSet, extended, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="streamingbench",
    title="StreamingBench",
    extractor="opening_character",
    kit="StreamingBench src/data/count.py, src/benchmark/StreamingBenchSQA.py",
    unverified="where the videos of the omni, contextual and sqa archives lie",
    unanswered="skipped",
    breakdowns=("task_type",),
    url="https://streamingbench.github.io",
)
FILES = {
    "real": "Real_Time_Visual_Understanding.csv",
    "omni": "Omni_Source_Understanding.csv",
    "contextual": "Contextual_Understanding.csv",
    "sqa": "Sequential_Question_Answering.csv",
}


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a part. Raises MediaError for another layout."""
    subset = subset_of(argument, tuple(FILES), INFO.name)
    file = FILES[subset]
    table = find(data, f"StreamingBench/{file}", file, f"**/{file}", of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table, subset), partial(_sample, data, subset), argument)


def _rows(table: Path, subset: str) -> Iterator[Any]:
    told: dict[str, list[str]] = {}
    for row in read_rows(table):
        video = str(row.get("question_id")).rpartition("_")[0]
        yield extended(row, earlier=" ".join(told.get(video, ())) if subset == "sqa" else "")
        said = f"At {row.get('time_stamp')} it was asked: {row.get('question')} Answer: {row.get('answer')}."
        told.setdefault(video, []).append(said)


def _sample(data: Path, subset: str, row: Row) -> Sample:
    found = re.search(r"^(.*?)_?(sample_\d+)_", text(row, "question_id"))
    if not found:
        raise ValueError("the question names no sample")
    archive, name = found.groups()
    options = choices.strip_labels(listed(row["options"]))
    folder = "omni" if subset == "contextual" else subset
    roots = (f"data/{folder}/", f"data/{folder}/{archive}/", f"{archive}/", f"{folder}/", "videos/", "")
    files = (f"{root}{name}{end}" for root in roots for end in ("/video.mp4", ".mp4", f"_{folder}.mp4"))
    return Sample(
        id=text(row, "question_id"),
        video=f"{archive}/{name}",
        question=" ".join(part for part in (row["earlier"], text(row, "question")) if part),
        options=options,
        answer_index=choices.gold_index(text(row, "answer"), options),
        source=Source((first_of(data, *files),)),
        tags=tags(task_type=row.get("task_type")),
        before_s=seconds(row["time_stamp"]),
    )
