"""How the sets' own scorers turn readings into numbers: micro and macro means, skipped answers, groups."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from playhead.eval import grounding
from playhead.eval.metrics import grouped, macro, mean
from playhead.eval.types import Scored, SetInfo

OfficialScore = Callable[[SetInfo, Sequence[Scored]], dict[str, float]]


def counted(info: SetInfo, scored: Sequence[Scored]) -> list[Scored]:
    """The samples the official scorer counts; `skipped` sets drop what was not answered."""
    return [item for item in scored if item.answered] if info.unanswered == "skipped" else list(scored)


def dimension(info: SetInfo) -> str:
    """The dimension of a macro mean, or ''."""
    head, _, name = info.aggregate.partition("macro over ")
    return name if not head else ""


def group_of(item: Scored, name: str) -> Hashable:
    """The first value of a dimension; '' where a sample has none."""
    return (item.sample.tags.get(name) or ("",))[0]


def set_mean(info: SetInfo, rows: Sequence[Scored], values: Sequence[float]) -> float:
    """Micro or macro, as the set defines it.

    A row that belongs to no group (its annotation is broken) lowers a macro mean by its share of all rows.
    """
    if not (name := dimension(info)):
        return mean(values)
    groups = [group_of(item, name) for item in rows]
    known = [(value, group) for value, group in zip(values, groups, strict=True) if group != ""]
    share = len(known) / len(rows) if rows else 0.0
    return share * macro([value for value, _ in known], [group for _, group in known])


def standard(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """The set's mean of the official readings, in percent, with both means shown."""
    rows = counted(info, scored)
    values = [item.official_correct for item in rows]
    return {
        "score": 100 * set_mean(info, rows, values),
        "micro": 100 * mean(values),
        "counted": float(len(rows)),
    }


def headline(info: SetInfo, scored: Sequence[Scored]) -> list[Scored]:
    """The samples that the set's first number averages; all where none of the wanted kind is there."""
    choice = [item for item in scored if not is_open(item)]
    return choice if info.headline == "options" and choice else list(scored)


def multiple_choice_only(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """`standard` over the questions with options, and the judged mean of the open ones beside it."""
    choice = [item for item in scored if not is_open(item)]
    opened = [item.official_correct for item in scored if is_open(item)]
    result = standard(info, choice) if choice else {}
    return {**result, "open": 100 * mean(opened)} if opened else result


def is_open(item: Scored) -> bool:
    """Whether a question is answered in words; a row that could not be read is not."""
    return not item.sample.options and not item.sample.problem


def with_generation(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """MLVU: M-Avg over the multiple-choice tasks, and G-Avg over the judged generation tasks.

    A judged answer earns the sum of its two scales (2 to 10), one that was not answered 2; a task's
    score is the mean, G-Avg the mean of the tasks. There is no G-Avg before anything was judged.
    """
    result = multiple_choice_only(info, scored)
    rows = [item for item in scored if is_open(item)]
    waiting = any(item.answered and not has_scales(item) for item in rows)
    if not rows or waiting:
        return result
    sums = [scales_sum(item) for item in rows]
    tasks = {
        f"G {name}": mean(part) for name, part in grouped(sums, [group_of(i, "task") for i in rows]).items()
    }
    return {**result, "G-Avg": mean(tasks.values()), **tasks}


def has_scales(item: Scored) -> bool:
    """Whether a judge gave the two scores of a generation task."""
    return item.verdict is not None and "scores" in item.verdict


def scales_sum(item: Scored) -> float:
    """The two scores of 1 to 5 together; the least of both without an answer."""
    return float(sum(item.verdict["scores"].values())) if item.verdict and has_scales(item) else 2.0


def with_judge_score(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """`standard`, and the mean of the judge's 0–5, an unanswered question counting 0 (MovieChat-1K)."""
    result = standard(info, scored)
    if not any(item.verdict for item in scored):
        return result
    return {
        **result,
        "judge 0-5": mean(float(item.verdict["score"]) if item.verdict else 0.0 for item in scored),
    }


def with_windows(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """`standard`, and FALCON-Bench's mean IoU and GToU of one cited window against the gold one."""
    ious, gtous = [], []
    for item in (item for item in scored if item.sample.evidence):
        gold = grounding.hull(item.sample.evidence)
        window = item.prediction.evidence[0] if item.prediction and item.prediction.evidence else None
        ious.append(window.iou(gold) if window and gold else 0.0)
        gtous.append(grounding.gtou(window, gold) if window and gold else 0.0)
    judged = with_judge_score(info, scored)
    right = [item.official_correct for item in scored]
    datasets = grouped(right, [group_of(item, "dataset") for item in scored])
    return {
        **judged,
        "mean over datasets": 100 * mean(mean(part) for part in datasets.values()),
        "mIoU": 100 * mean(ious),
        "mGToU": 100 * mean(gtous),
    }


CG_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5)


def with_clues(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """CG-Bench: long-acc, mIoU of at most five cited intervals, rec@IoU and acc@IoU over 0.1 … 0.5."""
    rows = [item for item in scored if item.sample.evidence]
    ious = [
        grounding.set_iou((item.prediction.evidence if item.prediction else ())[:5], item.sample.evidence)
        for item in rows
    ]
    right = [item.official_correct for item in rows]
    recalled = [mean(float(iou >= threshold) for threshold in CG_THRESHOLDS) for iou in ious]
    return {
        **standard(info, scored),
        "mIoU": 100 * mean(ious),
        "rec@IoU": 100 * mean(recalled),
        "acc@IoU": 100 * mean(a * b for a, b in zip(right, recalled, strict=True)),
    }


def with_grounding(info: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """NExT-GQA: Acc@QA, Acc@GQA (right and IoP ≥ 0.5), mean IoP and IoU with their shares at 0.3 and 0.5."""
    rows = [item for item in scored if item.sample.evidence]
    windows = [grounding.hull(item.prediction.evidence) if item.prediction else None for item in rows]
    gold = [item.sample.evidence for item in rows]
    iop = [grounding.best_iop(w, g) if w else 0.0 for w, g in zip(windows, gold, strict=True)]
    iou = [grounding.best_iou(w, g) if w else 0.0 for w, g in zip(windows, gold, strict=True)]
    both = [item.official_correct * (share >= 0.5) for item, share in zip(rows, iop, strict=True)]
    shares = {
        f"{name}@{threshold}": 100 * mean(float(value >= threshold) for value in values)
        for name, values in (("IoP", iop), ("IoU", iou))
        for threshold in (0.3, 0.5)
    }
    means = {"Acc@GQA": 100 * mean(both), "mIoP": 100 * mean(iop), "mIoU": 100 * mean(iou)}
    return {**standard(info, scored), **means, **shares}
