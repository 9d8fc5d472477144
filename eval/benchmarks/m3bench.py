"""M3-Bench (Long et al. 2025, M3-Agent): open questions about what a robot, or the web, has seen so far.

Layout: `robot.json` and `web.json` (in the folder, `annotations/` or `data/annotations/`): `{video:
{video_path, qa_list: [{question_id, question, answer, timestamp, type[], before_clip}]}}`; the video at
`video_path` below the folder or in `videos/`. Subsets: robot, web.

A video is cut into clips of 30 seconds. `before_clip` is the last clip that may be used: everything after
its end is forbidden. Answers are judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.layout import Row, existing, find, read_object, video_path
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="m3bench",
    title="M3-Bench",
    extractor="first_letter",
    kit="M3-Agent; judged, no options",
    breakdowns=("type",),
    url="https://m3-agent.github.io",
)
CLIP_S = 30.0


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is robot or web. Raises MediaError for another layout."""
    file = f"{subset_of(argument, ('robot', 'web'), INFO.name)}.json"
    table = find(data, file, f"annotations/{file}", f"data/annotations/{file}", of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), argument)


def _rows(table: Path) -> Iterator[Any]:
    for name, video in read_object(table).items():
        listed = video.get("qa_list") if isinstance(video, dict) else None
        extra = {"name": name, "path": video.get("video_path") if isinstance(video, dict) else None}
        for row in listed if isinstance(listed, list) else [video]:
            yield {**extra, **row} if isinstance(row, dict) else row


def _sample(data: Path, row: Row) -> Sample:
    name = text(row, "name")
    path = Path(str(row.get("path") or f"{name}.mp4"))
    direct = existing(data / path, data.parent / path)
    spare = video_path(data, path.name, "videos/robot", "videos/web", "videos")
    last = row.get("before_clip")
    return Sample(
        id=str(row["question_id"]),
        video=name,
        question=text(row, "question"),
        answer_text=text(row, "answer"),
        source=Source((direct or (spare,))[:1]),
        tags=tags(type=row.get("type")),
        before_s=None if last is None else (int(last) + 1) * CLIP_S,
    )
