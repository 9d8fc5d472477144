"""X-LeBench (Zhou et al. 2025): life logs of up to sixteen hours, put together from Ego4D recordings.

Layout: `simulation_annotation/simulation_*_annotation.json`, one log a file: `metadata {persona_id,
memory_id}, simulations: [{video_uid, start_time ("11:42"), end_time}], tasks: {objects_retrieval |
people_retrieval: {query_list: [{queries: [{query, template, video_uid, response_start_time_sec,
response_end_time_sec}]}]}}`; the recordings as `full_scale/{video_uid}.mp4` (also below `v2/`) or in
`videos/`. Subsets: all, objects, people. Its summaries, counts and orders are not read.

A log is searched as a whole; the answer is a moment of one recording. Gold times are seconds of the
simulated day; those of the recording are counted from its start in the log, which is known to the minute.
R@1 at IoU 0.3 (the score) and 0.5, and the share of queries whose first recording is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import corpus
from playhead.eval.layout import Row, find_all, missing, read_object, seconds, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, extended, spans, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="xlebench",
    title="X-LeBench",
    extractor="first_letter",
    kit="a public loader of the released files",
    unverified="the official scorer and the clock of the gold times",
    aggregate="R@1 at IoU 0.3 in the right recording",
    breakdowns=("task", "template"),
    url="https://github.com/X-Intelligence-Labs/X-LeBench",
)
TASKS = {"objects": "objects_retrieval", "people": "people_retrieval"}
DAY_S = 86_400.0


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    subset = subset_of(argument, ("all", *TASKS), INFO.name)
    patterns = ("simulation_annotation/*.json", "**/simulation_*annotation.json")
    if not (files := find_all(data, *patterns)):
        raise missing(data, patterns, INFO.title)
    chosen = tuple(TASKS) if subset == "all" else (subset,)
    return QuestionSet(INFO, partial(_rows, files, chosen), partial(_sample, data), argument, official)


def _rows(files: list[Path], chosen: Sequence[str]) -> Iterator[Any]:
    for file in files:
        log = read_object(file)
        for task in chosen:
            groups = (log.get("tasks") or {}).get(TASKS[task]) or {}
            asked = [row for group in groups.get("query_list", ()) for row in group.get("queries", ())]
            for number, row in enumerate(asked):
                yield extended(row, id=f"{file.stem}-{task}-{number}", task=task, log=log, name=file.stem)


def _sample(data: Path, row: Row) -> Sample:
    uid, parts = text(row, "video_uid"), row["log"]["simulations"]
    folders = ("full_scale", "v2/full_scale", "videos", "")
    names = dict.fromkeys(str(part["video_uid"]) for part in parts)
    begin_s, end_s = float(row["response_start_time_sec"]), float(row["response_end_time_sec"])
    zero_s = began_s([part for part in parts if part["video_uid"] == uid], begin_s)
    moment = spans([(max(0.0, begin_s - zero_s), end_s - zero_s)])[0]
    return Sample(
        id=row["id"],
        video=row["name"],
        question=f"Which moment of the day answers: {text(row, 'query')}",
        source=Source(tuple(video_path(data, name, *folders) for name in names)),
        tags=tags(task=row["task"], template=row.get("template")),
        official={"relevant": {uid: 1.0}, "moment": [moment.start_s, moment.end_s]},
    )


def began_s(parts: Sequence[Row], time_s: float) -> float:
    """When, in seconds of the day, the recording that holds `time_s` began; raises ValueError without one."""
    starts = [seconds(f"{part['start_time']}:00") for part in parts]
    past = [start_s for start_s in starts if start_s <= time_s] or [start_s - DAY_S for start_s in starts]
    if not past:
        raise ValueError("the recording is not part of the log")
    return max(past)


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """R@1 at IoU 0.3 (the score) and 0.5, and of recordings, in percent."""
    numbers = {f"R@1 IoU {iou}": [corpus.moment_hit(item, iou, 1) for item in scored] for iou in (0.3, 0.5)}
    recalls = {name: 100 * mean(values) for name, values in numbers.items()}
    right = mean(item.official_correct for item in scored)
    return {"score": recalls["R@1 IoU 0.3"], **recalls, "recording": 100 * right}
