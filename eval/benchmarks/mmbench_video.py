"""MMBench-Video (Fang et al. 2024): 609 videos, 1,998 free-form questions, graded 0 to 3.

Layout: `MMBench-Video.tsv` with `index, video, video_type, question, answer, dimensions (a list of
capabilities), video_path`; `video/{video}.mp4`.

Official: a judge grades each answer 0–3 by its meaning; the mean over all questions, and over those that ask
for a capability, by groups of capabilities; what was not answered is 0. With `--judge` the verdict's grade
counts; without one a matching answer earns 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from playhead.eval.layout import Row, find, listed, read_rows, video_path
from playhead.eval.metrics import mean
from playhead.eval.questions import QuestionSet, no_subset, tags, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

BEST = 3
INFO = SetInfo(
    name="mmbench_video",
    title="MMBench-Video",
    extractor="first_letter",
    kit="VLMEvalKit mmbench_video.py, utils/mmbench_video.py",
    aggregate="mean grade 0 to 3",
    breakdowns=("group", "dimension", "video_type"),
    url="https://mmbench-video.github.io",
    best=float(BEST),
)
GROUPS = {
    "CP": ("Video Topic", "Video Emotion", "Video Scene", "Video Style"),
    "FP-S": (
        *("OCR", "Object Recognition", "Attribute Recognition", "Event Recognition"),
        *("Human Motion", "Counting"),
    ),
    "FP-C": ("Spatial Relationship", "Human-object Interaction", "Human Interaction"),
    "HL": ("Hallucination",),
    "LR": ("Structuralized Image-Text Understanding", "Mathematical Calculation"),
    "AR": ("Physical Property", "Function Reasoning", "Identity Reasoning"),
    "RR": ("Natural Relation", "Physical Relation", "Social Relation"),
    "CSR": ("Common Sense Reasoning",),
    "TR": ("Counterfactual Reasoning", "Causal Reasoning", "Future Prediction"),
}
PERCEPTION = ("CP", "FP-S", "FP-C", "HL")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`. Raises MediaError for another layout."""
    table = find(data, "MMBench-Video.tsv", "**/MMBench-Video.tsv", of=INFO.title)
    subset = no_subset(argument, INFO.name)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data), subset, official)


def _sample(data: Path, row: Row) -> Sample:
    name, dimensions = text(row, "video"), listed(row["dimensions"])
    groups = [group for group, names in GROUPS.items() if set(names) & set(dimensions)]
    if not text(row, "answer"):
        raise ValueError("a question needs its answer")
    return Sample(
        id=str(row["index"]),
        video=name,
        question=text(row, "question"),
        answer_text=text(row, "answer"),
        source=Source((video_path(data, name, "video", "videos"),)),
        tags=tags(group=groups, dimension=dimensions, video_type=row.get("video_type")),
        official={"scale": BEST},
    )


def grade(item: Scored) -> float:
    """The judge's grade; without one 3 for a matching answer."""
    return float(item.verdict.get("score", 0)) if item.verdict else BEST * item.official_correct


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """Mean grade over all (the score), of perception and reasoning, and by group of capabilities."""
    groups = {group: [group] for group in GROUPS}
    groups |= {"Perception": list(PERCEPTION), "Reasoning": [g for g in GROUPS if g not in PERCEPTION]}
    grades = {
        name: [grade(item) for item in scored if set(item.sample.tags.get("group", ())) & set(group)]
        for name, group in groups.items()
    }
    means = {name: mean(values) for name, values in grades.items() if values}
    return {"score": mean(grade(item) for item in scored), **means}
