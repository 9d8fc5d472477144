"""Your own questions: a `qa.json` beside `videos/` and `subtitles/`.

Layout: `qa.json`, a list of `{id, video (file in videos/) or transcript (folder in subtitles/), type (mc
or open), question, [options, answer_index from 0], [answer], [evidence [[start, end]]], [tags],
[before_s], [language]}`. A transcript is a recording without pictures: all subtitle files of the folder
together (captions and descriptions), in one language: `language`, else English, else the first. `--data`
may name the file itself.
"""

from __future__ import annotations

import json
import logging
import re
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, pairs, read_rows
from playhead.eval.questions import QuestionSet, no_subset, spans, tags, text
from playhead.eval.types import Sample, SetInfo, Source
from playhead.tools.errors import MediaError

log = logging.getLogger(__name__)

INFO = SetInfo(
    name="own",
    title="own questions",
    extractor="mcq_extract",
    kit="lmms-eval c228e27, _task_utils/mcq_extract.py",
    readings={"lmms": "mcq_extract", "vlmeval": "first_letter"},
    breakdowns=("type", "tag", "material"),
)
MOST_SHOWN = 5
TRANSCRIPTS = (".vtt", ".srt", ".ass", ".sbv")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The questions in `data`, a folder or the file; videos that are not there are logged at once.

    Raises MediaError for another layout, and with line and column for what is not JSON.
    """
    table = data if data.is_file() else find(data, "qa.json", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    if absent := _absent(table):
        shown = ", ".join(absent[:MOST_SHOWN]) + (" …" if len(absent) > MOST_SHOWN else "")
        log.warning(
            "%d recordings of %s are missing, their questions will fail: %s", len(absent), table, shown
        )
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, table.parent), subset)


def _rows(table: Path) -> list[Any]:
    """The rows of the file. Raises MediaError that says where it is not JSON."""
    try:
        return read_rows(table)
    except MediaError as error:
        if not isinstance(error.__cause__, json.JSONDecodeError):
            raise
        bad = error.__cause__
        cause = f"{str(table)!r}, line {bad.lineno}, column {bad.colno}: {bad.msg}"
        raise MediaError(cause, "mend the file; docs/benchmarks.md shows its form") from bad


def _absent(table: Path) -> list[str]:
    """The recordings that rows name and that are not there."""
    rows = [row for row in _rows(table) if isinstance(row, dict)]
    folder = table.parent
    wanted = {f"videos/{row['video']}" for row in rows if row.get("video")}
    wanted |= {
        f"subtitles/{row['transcript']}" for row in rows if row.get("transcript") and not row.get("video")
    }
    return sorted(name for name in wanted if not (folder / name).exists())


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
