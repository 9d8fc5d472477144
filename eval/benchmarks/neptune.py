"""Neptune (Nagrani et al. 2024): time, cause and story in videos of up to fifteen minutes, five options.

Layout: `neptune_full.json`, `neptune_mma.json` (needs seeing), `neptune_mmh.json` (checked by people), or
lmms-eval's `full/test-*.parquet` and so on, with `key, video_id (or video_path), question, answer,
answer_choice_0 … answer_choice_4, answer_id (0-based), question_type`; `videos/{video_id}.mp4` or in the
folder. Subsets: full, mma, mmh, open (the full questions without their options, judged).

Official: accuracy over all questions and by type. The official measure of open answers is a fine-tuned
model (GEM), which is not reproduced: a judge stands in for it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_rows, video_path
from playhead.eval.questions import QuestionSet, options, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="neptune",
    title="Neptune",
    extractor="neptune_choice",
    kit="lmms-eval tasks/neptune/utils.py; files as google-deepmind/neptune names them",
    breakdowns=("question_type",),
    url="https://github.com/google-deepmind/neptune",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a subset. Raises MediaError for another layout."""
    subset = subset_of(argument, ("full", "mma", "mmh", "open"), INFO.name)
    part = "full" if subset == "open" else subset
    names = (f"neptune_{part}.json", f"{part}/test*.parquet")
    table = find(data, *names, *(f"**/{name}" for name in names), of=INFO.title)
    return QuestionSet(INFO, partial(read_rows, table), partial(_sample, data, subset == "open"), argument)


def _sample(data: Path, opened: bool, row: Row) -> Sample:
    name = Path(str(row.get("video_path") or row["video_id"])).name
    listed = options(row, *(f"answer_choice_{place}" for place in range(5)))
    gold = choices.gold_index(int(row["answer_id"]), listed)
    return Sample(
        id=str(row["key"]),
        video=Path(name).stem,
        question=text(row, "question"),
        options=() if opened else listed,
        answer_index=None if opened else gold,
        answer_text=str(row.get("answer") or listed[gold]) if opened else "",
        source=Source((video_path(data, name, "videos", "", "downloads"),)),
        tags=tags(question_type=row.get("question_type")),
    )
