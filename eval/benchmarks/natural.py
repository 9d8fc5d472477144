"""Natural questions about real recordings, graded by key phrases and by the seconds that are cited.

Layout: `natural.json`, a list of `{id, file (path in the folder), kind, question, any_of, evidence [[start,
end]], [after: id of the question asked just before], [at_least, of: lists of phrases], [by_time], [answer:
yes or no], [wrong_if]}`, and the files. Answers are cut to 60 words, overviews to 150. A question of kind
`unanswerable` is right when it gets no answer; showing the closest moments is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.calibration import expected_calibration_error, reliability
from playhead.eval.key_phrases import GOLD, cites
from playhead.eval.layout import Row, find, pairs, read_rows
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, no_subset, spans, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="natural",
    title="natural questions",
    extractor="mcq_extract",
    notes="the set's own rule: key phrases in a capped answer; no public kit",
    breakdowns=("kind", "file"),
    grader="key_phrases",
    beside=("best_cosine", "best_bm25"),
)
TRANSCRIPTS = (".vtt", ".srt", ".ass", ".sbv")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The questions of a folder with `natural.json`. Raises MediaError for another layout."""
    table = data if data.is_file() else find(data, "natural.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, table.parent), subset, figures)


def _rows(table: Path) -> Iterator[Any]:
    """Rows with the questions that were asked before them in the same conversation."""
    rows = list(read_rows(table))
    known: dict[str, Row] = {row["id"]: row for row in rows if isinstance(row, dict) and "id" in row}
    for row in rows:
        yield {**row, "before": _before(row, known)} if isinstance(row, dict) else row


def _before(row: Row, known: Mapping[str, Row]) -> list[str]:
    asked: list[str] = []
    seen = {row.get("id")}
    while (row := known.get(str(row.get("after")), {})) and row["id"] not in seen:
        seen.add(row["id"])
        asked.insert(0, str(row["question"]))
    return asked


def _sample(data: Path, row: Row) -> Sample:
    path = data / text(row, "file")
    spoken = path.suffix in TRANSCRIPTS
    return Sample(
        id=str(row["id"]),
        video=text(row, "file"),
        question=text(row, "question"),
        answer_text=_told(row),
        source=Source(subtitles=(path,)) if spoken else Source((path,)),
        tags=tags(kind=text(row, "kind"), file=text(row, "file")),
        evidence=spans(pairs(row.get("evidence"))),
        earlier=tuple(row["before"]),
        official={name: row[name] for name in GOLD if name in row},
    )


def _told(row: Row) -> str:
    """The answer in words, for a judge and for the report."""
    points = [phrases[0] for phrases in row.get("of") or ()]
    return str(
        row.get("answer") or "; ".join(points or row.get("any_of") or ()) or "the recording does not say"
    )


def figures(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """In percent: right, a right second shown, unanswerable refused, overviews useful; and calibration."""
    asked = [(item, (item.sample.tags.get("kind") or ("",))[0]) for item in scored]
    possible = [item for item, kind in asked if kind != "unanswerable"]
    given = [item for item, _ in asked if item.prediction and item.prediction.answered]
    sure = [float(item.prediction.confidence or 0.0) for item in given if item.prediction]
    right = [item.correct for item in given]
    return {
        "score": 100 * mean(item.correct for item in possible),
        "right second": 100 * mean(_cited(item) for item in possible if item.sample.evidence),
        "refused": 100 * mean(item.correct for item, kind in asked if kind == "unanswerable"),
        "overviews": 100 * mean(item.correct for item, kind in asked if kind == "overview"),
        "answered": 100 * mean(item.answered for item in possible),
        "wrong": float(sum(not value for value in right)),
        "confidence of wrong": mean(value for value, held in zip(sure, right, strict=True) if not held),
        "confidence of right": mean(value for value, held in zip(sure, right, strict=True) if held),
        "ece": expected_calibration_error(reliability(sure, right)),
    }


def _cited(item: Scored) -> float:
    return float(item.prediction is not None and cites(item.sample, item.prediction))
