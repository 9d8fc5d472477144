"""LongerVideos (Ren et al. 2025, VideoRAG): open questions over collections of lectures and documentaries.

Layout: `dataset.json` `{"0": [{description, video_url[], questions: [{id, question}]}], …}`; the videos of
collection 0 in `0-*/videos/`, `0/videos/` or `0-*/`. No gold answers: runs are compared in pairs by a
judge (`playhead bench rescore DIR --against DIR --judge MODEL`), each pair in both orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.layout import VIDEO_SUFFIXES, Row, find, find_all, read_object
from playhead.eval.questions import QuestionSet, no_subset, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="longervideos",
    title="LongerVideos",
    extractor="first_letter",
    kit="VideoRAG; judged in pairs, no options",
    breakdowns=("collection",),
    url="https://github.com/HKUDS/VideoRAG",
    notes="no gold answers; compared in pairs by a judge",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "dataset.json", "**/dataset.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, table.parent), subset)


def _rows(table: Path) -> Iterator[Any]:
    for key, collections in read_object(table).items():
        for collection in collections:
            for row in collection["questions"]:
                extra = {"key": key, "description": collection.get("description")}
                yield {**row, **extra} if isinstance(row, dict) else row


def _sample(data: Path, row: Row) -> Sample:
    key = text(row, "key")
    files = find_all(data, f"{key}-*/videos/*", f"{key}/videos/*", f"{key}-*/*", f"{key}/*")
    videos = tuple(file for file in files if file.name.endswith(VIDEO_SUFFIXES))
    return Sample(
        id=f"{key}-{row['id']}",
        video=key,
        question=text(row, "question"),
        source=Source(videos or (data / f"{key}-collection" / "videos",)),
        tags=tags(collection=row.get("description")),
    )
