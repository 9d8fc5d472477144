"""Video-MMMU (Hu et al. 2025): what is learnt from lectures: perception, comprehension, adaptation.

Layout: `Perception/`, `Comprehension/` and `Adaptation/` with `test-*.parquet`: `id
("validation_Art_Theory_5"), question, options[], answer (letter or text), question_type`; the videos in the
folder of the discipline (`Art/{id}.mp4`, `Business/`, `Science/`, `Medicine/`, `Humanities/`,
`Engineering/`), those that show the picture of an adaptation question alone in
`question_only/{id}_image.mp4`. Subsets: all, perception, comprehension, adaptation, delta.

Official: accuracy over all items, by track, discipline and subject. `delta` asks each adaptation question
before (picture alone) and after the lecture: Δknowledge = (after - before) / (100 - before), in percent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices, replies
from playhead.eval.layout import Row, find, listed, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, extended, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="videommmu",
    title="Video-MMMU",
    extractor="videommmu_choice",
    kit="lmms-eval tasks/videommmu/utils.py, _task_utils/mmmu_mcq_utils.py",
    breakdowns=("track", "discipline", "subject"),
    url="https://videommmu.github.io",
)
TRACKS = ("perception", "comprehension", "adaptation")
SUBJECTS = {
    "Art": "Art Art_Theory Design Music",
    "Science": "Biology Chemistry Geography Math Physics",
    "Humanities": "History Literature Sociology Psychology",
    "Engineering": "Agriculture Architecture_and_Engineering Computer_Science Electronics Energy_and_Power "
    "Materials Mechanical_Engineering",
    "Medicine": "Basic_Medical_Science Clinical_Medicine Diagnostics_and_Laboratory_Medicine Pharmacy "
    "Public_Health",
    "Business": "Accounting Economics Finance Manage Marketing",
}
FOLDERS = {subject: folder for folder, names in SUBJECTS.items() for subject in names.split()}


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a track or delta. Raises MediaError for another layout."""
    subset = subset_of(argument, ("all", *TRACKS, "delta"), INFO.name)
    tracks = {"all": TRACKS, "delta": ("adaptation",)}.get(subset, (subset,))
    names = {track: f"{track.title()}/test*.parquet" for track in tracks}
    tables = {track: find(data, name, f"**/{name}", of=INFO.title) for track, name in names.items()}
    rows = partial(_rows, tables, both=subset == "delta")
    return QuestionSet(INFO, rows, partial(_sample, data), argument, official)


def _rows(tables: dict[str, Path], both: bool) -> Iterator[Any]:
    for track, table in tables.items():
        for row in read_rows(table):
            yield extended(row, track=track)
            if both:
                yield extended(row, track="question_only")


def _sample(data: Path, row: Row) -> Sample:
    name, alone = text(row, "id"), row["track"] == "question_only"
    subject = "_".join(name.split("_")[1:-1])
    options = tuple(choices.strip_labels(listed(row["options"]))) if row.get("options") else ()
    closed = bool(options) and row.get("question_type") != "open"
    shown = (f"{name}_image", "question_only") if alone else (name, FOLDERS[subject])
    return Sample(
        id=f"{name}-{row['track']}",
        video=name,
        question=text(row, "question"),
        options=options if closed else (),
        answer_index=choices.gold_index(text(row, "answer"), options) if closed else None,
        answer_text="" if closed else text(row, "answer"),
        source=Source((video_path(data, *shown),)),
        tags=tags(track=row["track"], discipline=FOLDERS[subject], subject=subject),
    )


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Accuracy of what was asked with the lecture (the score), by track, and Δknowledge where both were."""
    by = {
        track: [_right(item) for item in scored if item.sample.tags.get("track") == (track,)]
        for track in (*TRACKS, "question_only")
    }
    means = {track: 100 * mean(values) for track, values in by.items() if values}
    lectures = [value for track in TRACKS for value in by[track]]
    broken = sum(bool(item.sample.problem) for item in scored)
    result = {"score": 100 * mean([*lectures, *[0.0] * broken]), **means}
    before, after = means.get("question_only"), means.get("adaptation")
    if before is None or after is None:
        return result
    return {**result, "delta_knowledge": 100 * (after - before) / (100 - before) if before < 100 else 0.0}


def _right(item: Scored) -> float:
    """Choices by the reading; open answers by the kit's rule for texts and numbers."""
    if item.sample.options or item.prediction is None or item.sample.problem:
        return item.official_correct
    return float(replies.mmmu_open(item.prediction.text, item.sample.answer_text))
