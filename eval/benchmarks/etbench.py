"""E.T. Bench (Liu et al. 2024): twelve event-level tasks.

Layout: `annotations/etbench_txt_v1.0.json`, a list of `{idx, task, source, video, duration, q, [o, p]
(options, right index from 0), [tgt] (gold times), [g] (gold captions)}`; `videos/{video}`. Subset: a task,
or all.

Scored as its `evaluation/compute_metrics.py` does: accuracy for rar, eca and rvq; the rules of
`eval/events.py` for the others, over the cited spans, and for dvc and slc over the stretches and captions
that the answer names; gvq counts where the answer is right too. A task is the mean over its sources;
`dvc sim` and `slc sim` need the MiniLM of the `local` extra. Bleu, METEOR, ROUGE and CIDEr, which the paper
does not report, need Java and are left out. The paper gives no single number: the score is the mean over
the tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.events import (
    Embed,
    Event,
    alike,
    captioned,
    highlight,
    localised,
    recall,
    summarised,
    told_events,
)
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.official import group_of
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source
from playhead.tools import registry
from playhead.tools.errors import PrerequisiteError
from playhead.tools.protocols import Embedder
from playhead.tools.types import Span

INFO = SetInfo(
    name="etbench",
    title="E.T. Bench",
    extractor="opening_letter",
    kit="E.T. Bench compute_metrics.py (code of 2024)",
    readings={"own": "opening_letter"},
    aggregate="macro over task",
    breakdowns=("task", "source"),
    url="https://polyu-chenlab.github.io/etbench",
)
TASKS = ("rar", "eca", "rvq", "tvg", "epm", "tal", "evs", "vhd", "dvc", "slc", "tem", "gvq")
CAPTIONED = ("dvc", "slc")
RULES = {
    **dict.fromkeys(("tvg", "epm", "tem", "gvq"), recall),
    "vhd": highlight,
    "tal": localised,
    "evs": summarised,
}


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
        official={"captions": captions} if captions else {},
    )


def times(target: Any) -> list[tuple[float, float]]:
    """Gold times given as `[s, e]`, `[[s, e], …]` or single instants."""
    if not target:
        return []
    if all(isinstance(value, (int, float)) for value in target):
        return [(target[0], target[1])] if len(target) == 2 else [(value, value) for value in target]
    return [(value[0], value[-1]) if isinstance(value, list) else (value, value) for value in target]


def official(_: SetInfo, scored: Sequence[Scored], embed: Embed | None = None) -> dict[str, float]:
    """Mean over the tasks (the score), each task, and the likeness of captions, in percent."""
    by_task: dict[str, list[float]] = {}
    for (task, _source), items in _by_source(scored).items():
        by_task.setdefault(task, []).append(_value(task, items))
    means = {task: 100 * mean(values) for task, values in by_task.items()}
    return {"score": mean(means.values()), **means, **_likeness(scored, embed)}


def _likeness(scored: Sequence[Scored], embed: Embed | None) -> dict[str, float]:
    """How alike the captions are, by task, averaged over its sources; empty where nothing can embed them."""
    captions = [item for item in scored if group_of(item, "task") in CAPTIONED]
    vectors = (embed or _minilm()) if captions else None
    if vectors is None:
        return {}
    by_task: dict[str, list[float]] = {}
    for (task, _), items in _by_source(captions).items():
        told, gold = [_told(item) for item in items], [_gold(item) for item in items]
        by_task.setdefault(f"{task} sim", []).append(alike(told, gold, vectors))
    return {name: 100 * mean(values) for name, values in by_task.items()}


def _by_source(scored: Sequence[Scored]) -> dict[tuple[str, str], list[Scored]]:
    """The samples of each task and source, in the order in which they come."""
    found: dict[tuple[str, str], list[Scored]] = {}
    for item in scored:
        key = (str(group_of(item, "task")), str(group_of(item, "source")))
        found.setdefault(key, []).append(item)
    return found


def _value(task: str, items: Sequence[Scored]) -> float:
    if task in CAPTIONED:
        return captioned([_told(item) for item in items], [_gold(item) for item in items])
    rule = RULES.get(task)
    if rule is None:
        return mean(item.official_correct for item in items)
    found = [rule(_cited(item), item.sample.evidence) for item in items]
    right = [item.official_correct if task == "gvq" else 1.0 for item in items]
    return mean(one * other for one, other in zip(found, right, strict=True))


def _cited(item: Scored) -> Sequence[Span]:
    return item.prediction.evidence if item.prediction else ()


def _told(item: Scored) -> list[Event]:
    return told_events(item.prediction.text) if item.prediction else []


def _gold(item: Scored) -> list[Event]:
    return list(zip(item.sample.evidence, item.sample.official.get("captions", ()), strict=False))


def _minilm() -> Embed | None:
    """None where the extra that brings it is not installed."""
    try:
        embedder: Embedder = registry.load("embedders", "minilm")
    except PrerequisiteError:
        return None
    return embedder.embed_texts
