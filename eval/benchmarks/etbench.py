"""E.T. Bench (Liu et al. 2024): twelve event-level tasks.

Layout: `annotations/etbench_txt_v1.0.json`, a list of `{idx, task, source, video, duration, q, [o, p]
(options, right index from 0), [tgt] (gold times), [g] (gold captions)}`; `videos/{video}`. Subset: a task,
or all.

Scored here: accuracy for rar, eca, rvq and gvq; for the grounding tasks (tvg, epm, tal, evs, vhd, tem) F1
of the cited spans at IoU 0.1, 0.3, 0.5 and 0.7, averaged; dvc and slc by a judge or token F1 against the
gold captions. The official caption metrics and the point-distance rule of epm are not reproduced. The
score is the mean over the tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices, grounding
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.metrics import grouped, mean
from playhead.eval.official import group_of
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="etbench",
    title="E.T. Bench",
    extractor="opening_letter",
    kit="E.T. Bench compute_metrics.py (code of 2024), without its comparison of sentence vectors",
    readings={"own": "opening_letter"},
    aggregate="macro over task",
    breakdowns=("task", "source"),
    url="https://polyu-chenlab.github.io/etbench",
)
TASKS = ("rar", "eca", "rvq", "tvg", "epm", "tal", "evs", "vhd", "dvc", "slc", "tem", "gvq")
THRESHOLDS = (0.1, 0.3, 0.5, 0.7)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    task = subset_of(argument, ("all", *TASKS), INFO.name)
    name = "etbench_txt_v1.0.json"
    table = find(data, f"annotations/{name}", name, f"**/{name}", of=INFO.title)

    def rows() -> list[Any]:
        return [row for row in read_rows(table) if task == "all" or row.get("task") == task]

    return QuestionSet(INFO, rows, partial(_sample, data), argument, official)


def _sample(data: Path, row: Row) -> Sample:
    listed = tuple(str(option) for option in row.get("o") or ())
    evidence, mended = gold_spans(times(row.get("tgt")))
    captions = [str(caption) for caption in row.get("g") or ()]
    return Sample(
        id=str(row["idx"]),
        video=text(row, "video"),
        question=text(row, "q"),
        options=listed,
        answer_index=choices.gold_index(int(row["p"]), listed) if listed else None,
        answer_text="" if listed else " ".join(captions),
        source=Source((video_path(data, text(row, "video"), "videos", "videos_compressed"),)),
        duration_s=float(row["duration"]) if row.get("duration") else None,
        tags=tags(task=row["task"], source=row.get("source")),
        evidence=evidence,
        mended=mended,
    )


def times(target: Any) -> list[tuple[float, float]]:
    """Gold times given as `[s, e]`, `[[s, e], …]` or single instants."""
    if not target:
        return []
    if all(isinstance(value, (int, float)) for value in target):
        return [(target[0], target[1])] if len(target) == 2 else [(value, value) for value in target]
    return [(value[0], value[-1]) if isinstance(value, list) else (value, value) for value in target]


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Mean over the tasks (the score) and each task, in percent."""
    values = [_value(item) for item in scored]
    parts = grouped(values, [group_of(item, "task") for item in scored])
    by_task = {str(task): 100 * mean(part) for task, part in parts.items()}
    return {"score": mean(by_task.values()), **by_task}


def _value(item: Scored) -> float:
    if not item.sample.asks_moment:
        return item.official_correct
    cited = item.prediction.evidence if item.prediction else ()
    return mean(grounding.interval_f1(cited, item.sample.evidence, threshold) for threshold in THRESHOLDS)
