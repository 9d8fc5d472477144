"""OVO-Bench (Li et al. 2025): questions asked in the middle of a video, about before, now, and what comes.

Layout: `ovo_bench_new.json` (or `data/…`), a list of `{id, task, video, realtime (seconds), question,
options[], gt (index)}` for the tasks EPM, ASI, HLD, STU, OJR, ATR, ACR, OCR, FPD; and of `{id, task, video,
test_info: [{realtime, …}]}` for REC (`activity`, `count`), SSR (`step`, `type` 0 or 1) and CRR (`question`,
`type`), one question for each test. Videos at `chunked_videos/{id}.mp4` (`{id}_{test}.mp4`), cut at the
moment of the question, or whole in `src_videos/{video}`. Subsets: all, backward, realtime, forward.

Nothing after `realtime` is visible, in cut and in whole videos. Official: a choice is right when its letter
occurs in the reply, a count when the reply's digits are the count, Yes or No by the word or its initial; the
mean over the tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find, first_of, read_rows
from playhead.eval.metrics import grouped, mean
from playhead.eval.official import group_of, set_mean
from playhead.eval.questions import QuestionSet, extended, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="ovo_bench",
    title="OVO-Bench",
    extractor="any_letter",
    kit="OVO-Bench utils/OVOBenchScore.py; lmms-eval tasks/ovobench",
    aggregate="macro over task",
    breakdowns=("mode", "task"),
    url="https://github.com/JoeLeelyf/OVO-Bench",
)
MODES = {
    "backward": ("EPM", "ASI", "HLD"),
    "realtime": ("STU", "OJR", "ATR", "ACR", "OCR", "FPD"),
    "forward": ("REC", "SSR", "CRR"),
}
NO_YES = ("No", "Yes")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a mode. Raises MediaError for another layout."""
    mode = subset_of(argument, ("all", *MODES), INFO.name)
    names = ("ovo_bench_new.json", "data/ovo_bench_new.json", "**/ovo_bench*.json")
    table = find(data, *names, of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table, mode), partial(_sample, data), argument, official)


def _rows(table: Path, mode: str) -> Iterator[Any]:
    for row in read_rows(table):
        known = isinstance(row, dict) and mode != "all"
        if known and row.get("task") not in MODES[mode]:
            continue
        if isinstance(row, dict) and isinstance(row.get("test_info"), list):
            yield from (extended(row, test=test, place=i) for i, test in enumerate(row["test_info"]))
        else:
            yield row


def _sample(data: Path, row: Row) -> Sample:
    test, task = row.get("test"), text(row, "task")
    name = str(row["id"]) if test is None else f"{row['id']}_{row['place']}"
    cut = (f"{folder}chunked_videos/{name}.mp4" for folder in ("", "data/"))
    whole = (f"{folder}src_videos/{text(row, 'video')}" for folder in ("", "data/"))
    question, options, gold, words = _asked(task, row, test)
    return Sample(
        id=name,
        video=text(row, "video"),
        question=question,
        options=options,
        answer_index=gold,
        answer_text=words,
        source=Source((first_of(data, *cut, *whole),)),
        tags=tags(task=task, mode=next(mode for mode, tasks in MODES.items() if task in tasks)),
        before_s=float((row if test is None else test)["realtime"]),
    )


def _asked(task: str, row: Row, test: Any) -> tuple[str, tuple[str, ...], int | None, str]:
    """Question, options, index of the right one, and the right words of a count."""
    if task == "REC":
        question = f"How many times did they {text(row, 'activity')}? Answer with a single number."
        return question, (), None, str(int(test["count"]))
    if task == "SSR":
        question = f"Is the man or woman performing this step right now: {text(test, 'step')}?"
        return question, NO_YES, int(test["type"]), ""
    if task == "CRR":
        asked = f"Does the video so far show enough to answer this question: {text(row, 'question')}"
        return asked, NO_YES, int(test["type"]), ""
    listed = tuple(str(option) for option in row["options"])
    return text(row, "question"), listed, choices.gold_index(int(row["gt"]), listed), ""


def official(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Mean over the tasks (the score; broken rows lower it by their share), by mode and task, in percent."""
    values = [right(item) for item in scored]
    parts = grouped(values, [group_of(item, "task") for item in scored])
    tasks = {str(task): 100 * mean(part) for task, part in parts.items() if task}
    modes = {mode: [tasks[task] for task in names if task in tasks] for mode, names in MODES.items()}
    means = {mode: mean(values) for mode, values in modes.items() if values}
    return {"score": 100 * set_mean(info, scored, values), **means, **tasks}


def right(item: Scored) -> float:
    """The set's own verdict on one reply."""
    sample, prediction = item.sample, item.prediction
    if prediction is None or sample.problem:
        return 0.0
    if sample.options:
        return item.official_correct
    return float("".join(re.findall(r"\d+", prediction.text)) == sample.answer_text)
