"""IntentQA (Li et al. 2023): intents behind actions, on NExT-QA's videos.

Layout: `test.csv`/`val.csv`/`train.csv` (also under `datasets/IntentQA/`) with `video_id, question, answer
(0-based), qid, type, a0 … a4`; videos as in NExT-QA. Subsets: test, val, train.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval.benchmarks.nextqa import sample, video_map
from playhead.eval.layout import find, read_rows
from playhead.eval.questions import QuestionSet, subset_of
from playhead.eval.types import SetInfo

INFO = SetInfo(
    name="intentqa",
    title="IntentQA",
    extractor="last_bracketed",
    readings={"lmms": "last_bracketed"},
    notes="no public rule for text replies; read as NExT-QA",
    breakdowns=("type",),
    url="https://github.com/JoseponLee/IntentQA",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is test, val or train. Raises MediaError for another layout."""
    split = subset_of(argument, ("test", "val", "train"), INFO.name)
    patterns = (f"{split}.csv", f"datasets/IntentQA/{split}.csv", f"**/IntentQA/{split}.csv")
    table = find(data, *patterns, of=INFO.title)
    return QuestionSet(INFO, partial(read_rows, table), partial(sample, data, video_map(data)), argument)
