"""Charades-STA (Gao et al. 2017): when in an indoor video a sentence happens.

Layout: `charades_sta_test.txt` (or `_train`), a line `VIDEO start end##sentence.` with seconds; or the
rows of lmms-eval's copy (`test*.parquet`, `test*.json`: `video, caption, timestamp [start, end]`);
`Charades_v1_480/{video}.mp4` (or `Charades_v1/`, `videos/`). Subsets: test, train.

Official: R@1 at IoU 0.3, 0.5 (the score) and 0.7, and the mean IoU of the first window; lmms-eval's
`charades_sta/eval_tvg.py` counts an answer without a window as IoU 0, and so does this.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval.layout import find, read_rows, video_path
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, text
from playhead.eval.types import Sample, SetInfo, Source
from playhead.eval.windows import grounding

INFO = SetInfo(
    name="charades_sta",
    title="Charades-STA",
    extractor="first_letter",
    kit="lmms-eval tasks/charades_sta/eval_tvg.py",
    aggregate="R@1 at IoU 0.5 of the first cited window",
    url="https://github.com/jiyanggao/TALL",
)
FOLDERS = ("Charades_v1_480", "Charades_v1", "videos", "")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is test or train. Raises MediaError for another layout."""
    split = subset_of(argument, ("test", "train"), INFO.name)
    names = (f"charades_sta_{split}.txt", f"{split}*.parquet", f"{split}*.json")
    table = find(data, *names, *(f"**/{name}" for name in names), of=INFO.title)
    parse = partial(_sample, data)
    return QuestionSet(INFO, partial(_rows, table), parse, argument, grounding(0.3, 0.5, 0.7))


def _rows(table: Path) -> list[Any]:
    return list(enumerate(read_rows(table)))


def _sample(data: Path, numbered: tuple[int, Any]) -> Sample:
    number, row = numbered
    if isinstance(row, str):
        times, sentence = row.split("##")
        name, *listed = times.split()
    else:
        name, sentence, listed = text(row, "video"), text(row, "caption"), list(row["timestamp"])
    gold, mended = gold_spans(listed)
    if not gold:
        raise ValueError("a sentence needs its start and end")
    return Sample(
        id=f"{Path(name).stem}-{number}",
        video=Path(name).stem,
        question=f"Which single part of the video shows: {sentence.strip().rstrip('.')}?",
        source=Source((video_path(data, name, *FOLDERS),)),
        evidence=gold,
        mended=mended,
    )
