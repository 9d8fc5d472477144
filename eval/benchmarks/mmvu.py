"""MMVU (Zhao et al. 2025): expert questions over 27 subjects, five options or open.

Layout: `data/validation.json` (or `validation.json`, or lmms-eval's `validation-*.parquet`) with `id, video
(or video_path), question_type (multiple-choice, open-ended), question, choices {A … E}, answer (letter or
text), metadata {subject}`; the video at the path below `videos/` that the field ends in
(`videos/{Subject}/{n}.mp4`). Subsets: all, multiple-choice, open-ended.

Official: a judge model extracts and compares the answer of both kinds (`utils/eval_utils.py`), all items
alike. Here letters are read by lmms-eval's rule and open answers are judged.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, lettered, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="mmvu",
    title="MMVU",
    extractor="any_trace",
    kit="lmms-eval tasks/mmvu/utils.py; yale-nlp/MMVU utils/eval_utils.py",
    breakdowns=("discipline", "subject", "question_type"),
    url="https://mmvu-benchmark.github.io",
)
DISCIPLINES = {
    "Science": "Biology Chemistry Modern_Physics Astronomy Geography Materials_Science Neurobiology "
    "Electromagnetism Thermodynamics Mechanics",
    "Engineering": "Civil_Engineering Electrical_Engineering Mechanical_Engineering Biomedical_Engineering "
    "Electronics_and_Communication Computer_Science",
    "Healthcare": "Clinical_Medicine Basic_Medicine Preventive_Medicine Pharmacy Dentistry",
    "Humanities_and_Social_Science": "Art Literature History Law Economics Management",
}
KINDS = ("all", "multiple-choice", "open-ended")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a kind of question. Raises MediaError for another layout."""
    kind = subset_of(argument, KINDS, INFO.name)
    table = find(data, "data/validation.json", "validation.json", "**/validation*.parquet", of=INFO.title)

    def rows() -> list[Any]:
        listed = read_rows(table)
        return [row for row in listed if kind == "all" or row.get("question_type") == kind]

    return QuestionSet(INFO, rows, partial(_sample, data), argument)


def _sample(data: Path, row: Row) -> Sample:
    place = str(row.get("video_path") or row["video"]).rpartition("videos/")[2]
    subject = str((row.get("metadata") or {}).get("subject") or Path(place).parent.name)
    closed = text(row, "question_type") == "multiple-choice"
    listed = lettered(row["choices"]) if closed else ()
    subjects = {name: group for group, names in DISCIPLINES.items() for name in names.split()}
    return Sample(
        id=str(row["id"]),
        video=place,
        question=text(row, "question"),
        options=listed,
        answer_index=choices.index_of(text(row, "answer")) if closed else None,
        answer_text="" if closed else text(row, "answer"),
        source=Source((video_path(data, place, "videos", ""),)),
        tags=tags(
            discipline=subjects.get(subject.replace(" ", "_")),
            subject=subject,
            question_type=row["question_type"],
        ),
    )
