"""LongVideoBench (Wu et al. 2024): questions that refer to moments, over video and subtitles together.

Layout: `lvb_val.json` (1,337) or `lvb_test_wo_gt.json` (no labels) with `id, video_path, question,
candidates[]` or `option0 … option4` padded with "N/A", `correct_choice` (0-based), `subtitle_path,
duration, duration_group, starting_timestamp_for_subtitles, question_category, topic_category, level`;
`videos/`, `subtitles/` (JSON lists in two forms). Subsets: val, test.

The start of the video within its recording is subtracted from the subtitles. Official kits pick a random
option when no letter is found; here that is wrong. A run of test writes submission.json, `{id: letter}`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, seconds, video_path
from playhead.eval.questions import QuestionSet, options, spans, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source
from playhead.tools.types import Cue

INFO = SetInfo(
    name="longvideobench",
    title="LongVideoBench",
    extractor="first_of_five_lmms",
    kit="lmms-eval 03a5823, longvideobench/utils.py, the rule of the set's authors",
    readings={"lmms": "first_of_five_lmms", "own": "first_of_five_lmms", "vlmeval": "first_of_five"},
    breakdowns=("duration_group", "question_category", "topic_category", "level"),
    url="https://longvideobench.github.io",
)
FILES = {"val": "lvb_val.json", "test": "lvb_test_wo_gt.json"}


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is val or test. Raises MediaError for another layout."""
    subset = subset_of(argument, tuple(FILES), INFO.name)
    file = FILES[subset]
    info = replace(INFO, submission="letter by id") if subset == "test" else INFO
    table = find(data, file, f"**/{file}", of=INFO.title)
    return QuestionSet(info, partial(read_rows, table), partial(_sample, table.parent), argument)


def _sample(data: Path, row: Row) -> Sample:
    listed = row.get("candidates") or options(row, *(f"option{place}" for place in range(5)))
    answer = row.get("correct_choice")
    found = data / "subtitles" / str(row.get("subtitle_path") or "")
    offset_s = float(row.get("starting_timestamp_for_subtitles") or 0)
    return Sample(
        id=text(row, "id"),
        video=text(row, "video_id"),
        question=text(row, "question"),
        options=tuple(listed),
        answer_index=None if answer is None else choices.gold_index(answer, listed),
        source=Source(
            (video_path(data, text(row, "video_path"), "videos"),),
            cues=partial(cues, found, offset_s) if found.is_file() else None,
        ),
        duration_s=float(row["duration"]),
        tags=tags(**{dimension: row.get(dimension) for dimension in INFO.breakdowns}),
    )


def cues(path: Path, offset_s: float) -> list[Cue]:
    """The cues of a subtitle file with `offset_s` subtracted; what lies before the start is dropped."""
    result = []
    for row in read_rows(path):
        start_s, end_s, words = _cue(row)
        if end_s - offset_s > 0 and words.strip():
            result.append(Cue(spans([(max(0.0, start_s - offset_s), end_s - offset_s)])[0], words.strip()))
    return result


def _cue(row: Any) -> tuple[float, float, str]:
    if "timestamp" in row:
        start, end = row["timestamp"]
        return float(start), float(end if end is not None else start), str(row["text"])
    return seconds(row["start"]), seconds(row["end"]), str(row["line"])
