"""EgoLifeQA (Yang et al. 2025): questions about a week of one wearer's life, asked at a moment of that week.

Layout: `EgoLifeQA/EgoLifeQA_{PERSON}.json` (or in the folder), a list of `{ID, query_time {date "DAY1", time
"HHMMSSFF"}, type, need_audio, trigger, question, choice_a … choice_d, answer (letter), target_time}`; clips
of half a minute in `{PERSON}/DAY1/DAY1_{PERSON}_HHMMSSFF.mp4`, also below `train/` or `EgoLife/`. Subset: a
person, A1_JAKE by default.

Only clips that had ended when the question was asked are given, so nothing later is seen; the time of the
question is told with it. Accuracy over all questions and by type.
"""

from __future__ import annotations

import re
from functools import cache, partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, find_all, read_rows
from playhead.eval.questions import QuestionSet, options, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="egolife",
    title="EgoLifeQA",
    extractor="mcq_extract",
    kit="EgoLife EgoRAG/README.md and lmms-eval tasks/egolifeqa (layout)",
    unverified="no public scorer reads letters: lmms-eval compares likelihoods of the options",
    breakdowns=("type", "need_audio"),
    url="https://egolife-ai.github.io",
)
PEOPLE = ("A1_JAKE", "A2_ALICE", "A3_TASHA", "A4_LUCIA", "A5_KATRINA", "A6_SHURE")
CLIP_S, DAY_S = 30.0, 86_400.0
FRAMES_A_SECOND = 20


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a person. Raises MediaError for another layout."""
    person = subset_of(argument, PEOPLE, INFO.name)
    file = f"EgoLifeQA_{person}.json"
    table = find(data, f"EgoLifeQA/{file}", file, f"**/{file}", of=INFO.title)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data, person), argument)


def moment_s(date: str, time: str) -> float:
    """Seconds since the start of DAY1 of `DAY2`, `11210217`; raises ValueError for other forms."""
    day = re.fullmatch(r"DAY(\d+)", date.strip())
    clock = re.fullmatch(r"(\d\d)(\d\d)(\d\d)(\d\d)", time.strip().zfill(8))
    if not day or not clock:
        raise ValueError(f"not a moment: {date!r} {time!r}")
    hour, minute, second, frame = (int(part) for part in clock.groups())
    return (int(day[1]) - 1) * DAY_S + hour * 3600 + minute * 60 + second + frame / FRAMES_A_SECOND


@cache
def clips(data: Path, person: str) -> tuple[tuple[float, Path], ...]:
    """The person's clips with their starts, in order of time."""
    found = find_all(data, *(f"{root}{person}/DAY*/*.mp4" for root in ("", "train/", "EgoLife/")))
    parts = [(path, path.stem.split("_")) for path in found]
    return tuple(sorted((moment_s(part[0], part[-1]), path) for path, part in parts))


def _sample(data: Path, person: str, row: Row) -> Sample:
    date, time = str(row["query_time"]["date"]), str(row["query_time"]["time"])
    now_s = moment_s(date, time)
    seen = tuple(path for start_s, path in clips(data, person) if start_s + CLIP_S <= now_s)
    listed = options(row, "choice_a", "choice_b", "choice_c", "choice_d")
    clock = time.zfill(8)
    return Sample(
        id=str(row["ID"]),
        video=f"{person} {date}",
        question=f"Asked on {date} at {clock[:2]}:{clock[2:4]}:{clock[4:6]}: {text(row, 'question')}",
        options=listed,
        answer_index=choices.gold_index(text(row, "answer"), listed),
        source=Source(seen or (data / person / date / f"{date}_{person}_*.mp4",)),
        tags=tags(type=row.get("type"), need_audio=row.get("need_audio")),
    )
