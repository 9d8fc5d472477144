"""MovieChat-1K (Song et al. 2024): open questions about whole films' clips and about moments in them.

Layout: one JSON a video anywhere below the folder, with `info {video_path, fps}`, `global: [{question,
answer}]`, `breakpoint: [{time, question, answer}]`; the videos in `videos/`, beside the JSON, or in the
folder. Subsets: all, global, breakpoint.

`time` is a frame number: a breakpoint question is asked at that moment, nothing later is visible, and the
moment is told in the question. Answers are judged; the official judge gives yes/no and 0–5.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.layout import Row, find_all, missing, read_rows, video_path
from playhead.eval.official import with_judge_score
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="moviechat",
    title="MovieChat-1K",
    extractor="first_letter",
    kit="lmms-eval moviechat/utils.py; judged, no options",
    breakdowns=("mode",),
    url="https://github.com/rese1f/MovieChat",
)
MODES = ("global", "breakpoint")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is all, global or breakpoint. Raises MediaError for another layout."""
    subset = subset_of(argument, ("all", *MODES), INFO.name)
    modes = MODES if subset == "all" else (subset,)
    if not (files := find_all(data, "jsons/*.json", "annotations/*.json", "**/*.json")):
        raise missing(data, ("jsons/*.json", "annotations/*.json"), INFO.title)
    return QuestionSet(INFO, partial(_rows, files, modes), partial(_sample, data), argument, with_judge_score)


def _rows(files: list[Path], modes: tuple[str, ...]) -> Iterator[Any]:
    for file in files:
        for video in read_rows(file):
            for mode in modes:
                listed = video.get(mode) if isinstance(video, dict) else None
                yield from (_row(file, video, mode, place, qa) for place, qa in enumerate(listed or ()))
            if not isinstance(video, dict):
                yield video


def _row(file: Path, video: Row, mode: str, place: int, qa: Any) -> Any:
    row = {"id": f"{file.stem}-{mode}-{place}", "mode": mode, "info": video.get("info") or {}}
    return {**row, **qa} if isinstance(qa, dict) else qa


def _sample(data: Path, row: Row) -> Sample:
    name = str(row["info"].get("video_path") or row["id"].split("-")[0])
    now_s = float(row["time"]) / float(row["info"]["fps"]) if row["mode"] == "breakpoint" else None
    question = text(row, "question")
    return Sample(
        id=row["id"],
        video=Path(name).stem,
        question=question if now_s is None else f"At {now_s:.1f} s, the moment you have reached: {question}",
        answer_text=text(row, "answer"),
        source=Source((video_path(data, Path(name).name, "videos", "", "movies", "test"),)),
        tags=tags(mode=row["mode"]),
        before_s=now_s,
    )
