"""TVR (Lei et al. 2020): moments of television clips, in one clip or in the whole corpus.

Layout: `tvr_val_release.jsonl` (or `data/…`) with `desc_id, desc, type (v, t or vt), vid_name, duration, ts
[start, end]`; the clips as `videos/{vid_name}.mp4` (or in the folder); subtitles as
`tvqa_preprocessed_subtitles.jsonl` with `vid_name, sub: [{text, start, end}]`. Subsets: svmr (a moment of the
given clip), vcmr (a moment of any clip), vr (a clip); the last two search all clips of the split, whose
sidecar subtitles only `--subtitles full` reads.

Official (`standalone_eval/eval.py`): for svmr and vcmr the share of queries where one of the first 1, 5, 10,
100 windows reaches IoU 0.5 or 0.7 (in the right clip); for vr where one of the first clips is right. A
ranking is what was cited, then what was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import corpus
from playhead.eval.layout import Row, find, find_all, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, gold_spans, spans, subset_of, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source
from playhead.eval.windows import best_iou
from playhead.tools.types import Cue

INFO = SetInfo(
    name="tvr",
    title="TVR",
    extractor="first_letter",
    kit="TVRetrieval standalone_eval/eval.py, data/tvr_val_release.jsonl",
    aggregate="share of the queries with the first window at IoU 0.7",
    breakdowns=("type",),
    url="https://tvr.cs.unc.edu",
)
ASKED = {"svmr": "Which single part of the video", "vcmr": "Which part of which video", "vr": "Which video"}
DEPTHS, IOUS = (1, 5, 10, 100), (0.7, 0.5)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    task = subset_of(argument, tuple(ASKED), INFO.name)
    file = "tvr_val_release.jsonl"
    table = find(data, file, f"data/{file}", f"**/{file}", of=INFO.title)
    words = find_all(data, "tvqa_preprocessed_subtitles.jsonl", "**/tvqa_preprocessed_subtitles.jsonl")
    corpus_videos = _corpus(data, read_rows(table)) if task != "svmr" else ()
    parse = partial(_sample, data, task, corpus_videos, _subtitles(words[0]) if words else {})
    return QuestionSet(INFO, partial(read_rows, table), parse, argument, partial(official, task))


def _corpus(data: Path, rows: Sequence[Any]) -> tuple[Path, ...]:
    names = {str(row["vid_name"]) for row in rows if isinstance(row, dict) and row.get("vid_name")}
    return tuple(video_path(data, name, "videos", "") for name in sorted(names))


def _subtitles(table: Path) -> dict[str, Any]:
    return {row["vid_name"]: row["sub"] for row in read_rows(table) if isinstance(row, dict)}


def _cues(lines: Sequence[Row]) -> list[Cue]:
    return [Cue(spans([(line["start"], line["end"])])[0], str(line["text"])) for line in lines]


def _sample(data: Path, task: str, videos: tuple[Path, ...], words: Row, row: Row) -> Sample:
    name, single = text(row, "vid_name"), task == "svmr"
    moment, mended = gold_spans(row["ts"])
    cues = partial(_cues, words[name]) if single and name in words else None
    gold = {"relevant": {name: 1.0}, "moment": [moment[0].start_s, moment[0].end_s]}
    return Sample(
        id=str(row["desc_id"]),
        video=name,
        question=f"{ASKED[task]} shows: {text(row, 'desc').rstrip('.')}?",
        source=Source((video_path(data, name, "videos", ""),) if single else videos, cues=cues),
        duration_s=float(row["duration"]) if single and row.get("duration") else None,
        tags=tags(type=row.get("type")),
        evidence=moment if single else (),
        mended=mended,
        official={} if single else gold,
    )


def official(task: str, _: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """`0.7-r1` (the score) and so on, or `r1` … for whole clips, in percent."""
    if task == "vr":
        numbers = {f"r{k}": [_clip(item, k) for item in scored] for k in DEPTHS}
    else:
        hit = _window if task == "svmr" else corpus.moment_hit
        numbers = {f"{iou}-r{k}": [hit(item, iou, k) for item in scored] for iou in IOUS for k in DEPTHS}
    means = {name: 100 * mean(values) for name, values in numbers.items()}
    return {"score": next(iter(means.values())), **means}


def _clip(item: Scored, k: int) -> float:
    return corpus.recall_at(corpus.ranking(item.prediction), corpus.relevant(item), k)


def _window(item: Scored, iou: float, k: int) -> float:
    said = item.prediction
    ranked = list(dict.fromkeys((*said.evidence, *said.retrieved))) if said else []
    return float(best_iou(ranked[:k], item.sample.evidence) >= iou)
