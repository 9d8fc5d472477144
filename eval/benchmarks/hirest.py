"""HiREST (Zala et al. 2023), moment retrieval: where in a how-to video is what the prompt asks for.

Layout: `all_data_test.json`/`all_data_val.json` (in the folder, `splits/` or `data/splits/`): `{prompt:
{video file: {relevant, clip, v_duration, bounds [start, end]}}}`; videos in `videos/`. Only pairs with
`clip: true` have a moment. Subsets: test, val. Official: R@0.5 and R@0.7 of one predicted window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.layout import Row, find, read_object, video_path
from playhead.eval.metrics import mean
from playhead.eval.moments import recall_at_one
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, text
from playhead.eval.types import Sample, Scored, SetInfo, Source

INFO = SetInfo(
    name="hirest",
    title="HiREST moment retrieval",
    extractor="first_letter",
    kit="HiREST evaluate.py; no options",
    aggregate="R@0.5 of the first cited window",
    url="https://github.com/j-min/HiREST",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is test or val. Raises MediaError for another layout."""
    file = f"all_data_{subset_of(argument, ('test', 'val'), INFO.name)}.json"
    table = find(data, file, f"splits/{file}", f"data/splits/{file}", of=INFO.title)
    return QuestionSet(INFO, partial(_rows, table), partial(_sample, data), argument, official)


def _rows(table: Path) -> Iterator[Any]:
    for prompt, videos in read_object(table).items():
        for name, row in videos.items():
            if not isinstance(row, dict):
                yield row
            elif row.get("clip"):
                yield {**row, "prompt": prompt, "name": name, "id": f"{prompt} | {name}"}


def _sample(data: Path, row: Row) -> Sample:
    gold, mended = gold_spans(row.get("bounds"))
    return Sample(
        id=row["id"],
        video=row["name"],
        question=f"Which single part of the video shows: {text(row, 'prompt')}?",
        source=Source((video_path(data, row["name"], "videos", ""),)),
        duration_s=float(row["v_duration"]) if row.get("v_duration") else None,
        evidence=gold,
        mended=mended,
    )


def official(_: SetInfo, scored: Sequence[Scored]) -> dict[str, float]:
    """R@0.5 (the score) and R@0.7, in percent."""
    half, strict = (100 * mean(_hit(item, threshold) for item in scored) for threshold in (0.5, 0.7))
    return {"score": half, "R@0.5": half, "R@0.7": strict}


def _hit(item: Scored, threshold: float) -> float:
    windows = item.prediction.evidence if item.prediction else ()
    return recall_at_one(windows, item.sample.evidence, threshold)
