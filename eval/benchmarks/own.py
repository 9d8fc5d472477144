"""Your own questions: a `qa.json` beside `videos/` and `subtitles/`.

Layout: `qa.json`, a list of `{id, video (file in videos/) or transcript (folder in subtitles/), type (mc
or open), question, [options, answer_index from 0], [answer], [evidence [[start, end]]], [tags],
[before_s], [language]}`. A transcript is a recording without pictures: all subtitle files of the folder
together (captions and descriptions), in one language: `language`, else English, else the first. `--data`
may name the file itself.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, pairs, read_rows
from playhead.eval.questions import QuestionSet, no_subset, spans, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="own",
    title="own questions",
    extractor="mcq_extract",
    kit="lmms-eval c228e27, _task_utils/mcq_extract.py",
    readings={"lmms": "mcq_extract", "vlmeval": "first_letter"},
    breakdowns=("type", "tag", "material"),
)
TRANSCRIPTS = (".vtt", ".srt", ".ass", ".sbv")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The questions in `data`, a folder or the file. Raises MediaError for another layout."""
    table = data if data.is_file() else find(data, "qa.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, table.parent), subset)


def _sample(data: Path, row: Row) -> Sample:
    listed = tuple(str(option) for option in row.get("options") or ())
    name = str(row.get("video") or row["transcript"])
    answer = row.get("answer_index", row.get("answer"))
    return Sample(
        id=str(row["id"]),
        video=name,
        question=text(row, "question"),
        options=listed,
        answer_index=choices.gold_index(answer, listed) if listed else None,
        answer_text="" if listed else text(row, "answer"),
        source=_source(data, row),
        tags=tags(
            type=row.get("type"), tag=row.get("tags"), material="video" if row.get("video") else "transcript"
        ),
        before_s=row.get("before_s"),
        evidence=spans(pairs(row.get("evidence"))),
    )


def _source(data: Path, row: Row) -> Source:
    if row.get("video"):
        path = data / "videos" / str(row["video"])
        return Source((path,), existing(*(path.with_suffix(suffix) for suffix in TRANSCRIPTS)))
    folder = data / "subtitles" / str(row["transcript"])
    files = [file for file in sorted(folder.glob("*")) if file.suffix in TRANSCRIPTS]
    return Source(subtitles=tuple(one_language(files, row.get("language"))))


def one_language(files: list[Path], wanted: Any = None) -> list[Path]:
    """The files of one language, by the code before the suffix (`captions.en.vtt`, `film-en.vtt`)."""
    codes = {file: _language(file) for file in files}
    present = sorted({code for code in codes.values() if code})
    chosen = str(wanted or ("en" if "en" in present else next(iter(present), "")))
    return [file for file in files if codes[file] in ("", chosen)]


def _language(file: Path) -> str:
    match = re.search(r"[.\-_]([a-z]{2})$", file.stem)
    return match.group(1) if match else ""
