"""Cached captions of any system, asked questions without a video file.

Layout: `*_memories.jsonl[.gz]`, one video a line `{video, duration, source, memories: [[start_s, end_s,
text], …]}`, and `*_questions.jsonl[.gz]`, one question a line `{id, video, question, options,
answer_index, [type], [evidence], [before_s]}`. The memories are imported as captions. Subset: the part
of the file name before `_memories`, when the folder holds several.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find_all, missing, read_rows
from playhead.eval.questions import QuestionSet, gold_spans, tags, text
from playhead.eval.types import Sample, SetInfo, Source, TimedText
from playhead.tools.errors import MediaError

INFO = SetInfo(
    name="captions",
    title="cached captions",
    extractor="mcq_extract",
    kit="lmms-eval c228e27, _task_utils/mcq_extract.py",
    readings={"lmms": "mcq_extract", "vlmeval": "first_letter"},
    breakdowns=("group", "type"),
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The files in `data`; `argument` is a name before `_memories`. Raises MediaError for another layout."""
    name = argument or "*"
    files, stores = (_files(data, f"{name}_{kind}.jsonl") for kind in ("questions", "memories"))
    return QuestionSet(INFO, partial(_rows, files), partial(_sample, tuple(stores)), argument)


def _files(data: Path, pattern: str) -> list[Path]:
    if found := find_all(data, pattern) + find_all(data, f"{pattern}.gz"):
        return found
    raise missing(data, (f"{pattern}[.gz]",), INFO.title)


def _rows(files: list[Path]) -> Iterator[Any]:
    for file in files:
        yield from read_rows(file)


def _sample(stores: tuple[Path, ...], row: Row) -> Sample:
    video = text(row, "video")
    kind = str(row.get("type") or "")
    listed = tuple(str(option) for option in row.get("options") or ())
    answer = row.get("answer_index", row.get("answer"))
    evidence, mended = gold_spans(row.get("evidence"))
    stored = _videos(stores).get(video)
    return Sample(
        id=str(row["id"]),
        video=video,
        question=text(row, "question"),
        options=listed,
        answer_index=choices.gold_index(answer, listed) if listed else None,
        answer_text="" if listed else str(row["answer"]),
        source=Source(memories=partial(memories, stores, video)),
        duration_s=float(stored["duration"]) if stored and stored.get("duration") else None,
        tags=tags(type=kind, group=kind[:1] if len(kind) == 2 else ""),
        before_s=row.get("before_s"),
        evidence=evidence,
        mended=mended,
    )


@cache
def _videos(stores: tuple[Path, ...]) -> dict[str, Row]:
    rows = (row for store in stores for row in read_rows(store))
    return {str(row["video"]): row for row in rows if isinstance(row, dict) and "video" in row}


def memories(stores: tuple[Path, ...], video: str) -> list[TimedText]:
    """The captions of one video in order of time; MediaError when there are none for it."""
    stored = _videos(stores).get(video)
    if stored is None:
        raise MediaError(f"no memories for the video {video!r}", f"add its line to {stores[0].name}")
    found = [(float(start), float(end), str(words)) for start, end, words in stored["memories"]]
    return sorted(found)
