"""HourVideo (Chandrasegaran et al. 2024): hour-long first-person videos, five options.

Layout: `{dev,test}*annotations*.json` (anywhere below the folder): `{video_uid: {video_metadata
{duration_in_seconds}, benchmark_dataset: [{qid, task, question, answer_1 … answer_5, correct_answer_label,
relevant_timestamps}]}}`, the last as `00:20:10 - 00:25:00`, alone or in lists; `videos/{video_uid}.mp4`
beside it or above. Subsets: dev, test (labels hidden there).

Options of `navigation/*_image` and `spatial/layout` are paths of pictures: they are passed on as the
sample's images, and the option text says `picture 1` and so on. `reasoning/predictive` is asked before its
timestamp: nothing later is visible. `summarization/*` is pooled into one task; missing answers count 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_object, seconds, video_path
from playhead.eval.questions import QuestionSet, options, subset_of, tags, text
from playhead.eval.types import Claim, Sample, SetInfo, Source

_PAPER = "https://arxiv.org/abs/2411.04998"
INFO = SetInfo(
    name="hourvideo",
    title="HourVideo",
    extractor="first_of_five",
    notes="no public rule for text replies was found",
    breakdowns=("task",),
    url="https://hourvideo.stanford.edu",
    claims=(Claim("Gemini 1.5 Pro", 37.3, _PAPER), Claim("human experts", 85.0, _PAPER)),
)
PICTURES = (".png", ".jpg", ".jpeg")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is dev or test. Raises MediaError for another layout."""
    split = subset_of(argument, ("dev", "test"), INFO.name)
    table = find(data, f"{split}*annotations*.json", f"**/{split}*annotations*.json", of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, table.parent), argument)


def _rows(table: Path) -> Iterator[Any]:
    for uid, video in read_object(table).items():
        listed = video.get("benchmark_dataset") if isinstance(video, dict) else None
        for row in listed if isinstance(listed, list) else [video]:
            yield {"uid": uid, "video": video, **row} if isinstance(row, dict) else row


def _sample(folder: Path, row: Row) -> Sample:
    uid, task = text(row, "uid"), text(row, "task")
    listed = options(row, *(f"answer_{place}" for place in range(1, 6)))
    pictures = all(option.lower().endswith(PICTURES) for option in listed)
    shown = tuple(f"picture {place}" for place in range(1, len(listed) + 1)) if pictures else listed
    answer = row.get("correct_answer_label") or row.get("correct_label")
    metadata = row["video"].get("video_metadata") or {}
    return Sample(
        id=str(row["qid"]),
        video=uid,
        question=text(row, "question"),
        options=shown,
        answer_index=None if answer is None else choices.gold_index(answer, shown),
        source=Source(
            (video_path(folder, uid, "videos", "../videos", "../../videos"),),
            images=tuple(folder.parent / option for option in listed) if pictures else (),
        ),
        duration_s=float(metadata["duration_in_seconds"]) if metadata.get("duration_in_seconds") else None,
        tags=tags(task="summarization" if task.startswith("summarization") else task),
        before_s=cutoff_s(task, row.get("relevant_timestamps")),
    )


def cutoff_s(task: str, timestamps: Any) -> float | None:
    """The earliest timestamp of a predictive question, in seconds; None for every other task."""
    if not task.startswith("reasoning/predictive"):
        return None
    found = [seconds(time) for value in _flat(timestamps) for time in str(value).split(" - ")]
    if not found:
        raise ValueError("a predictive question without a timestamp would show the future")
    return min(found)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    elif value not in (None, ""):
        yield value
