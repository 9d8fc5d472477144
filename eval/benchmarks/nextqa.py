"""NExT-QA, multiple choice (Xiao et al. 2021): why, how, when and what in short daily-life videos.

Layout: `MC/test-*.parquet` (lmms-eval's copy) or the official `val.csv`/`test.csv` with `video, question,
a0 … a4, answer (0-based), qid, type`; `NExTVideo/` or `videos/` with `{video}.mp4`, or under the path that
`map_vid_vidorID.json` gives. Subsets: val, test.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, find_all, read_object, read_rows, video_path
from playhead.eval.questions import QuestionSet, options, subset_of, tags, text
from playhead.eval.types import Claim, Sample, SetInfo, Source

INFO = SetInfo(
    name="nextqa",
    title="NExT-QA (multiple choice)",
    extractor="last_bracketed",
    kit="lmms-eval 0a589d6, nextqa/utils.py",
    readings={"lmms": "last_bracketed"},
    breakdowns=("group", "type"),
    url="https://github.com/doc-doc/NExT-QA",
    claims=(Claim("VideoAgent (Wang et al.)", 71.3, "https://arxiv.org/abs/2403.10517", "validation"),),
)
FOLDERS = ("NExTVideo", "videos", "")


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is val or test. Raises MediaError for another layout."""
    split = subset_of(argument, ("val", "test"), INFO.name)
    patterns = (f"{split}.csv", f"**/{split}.csv", f"MC/{split}-*.parquet", f"**/{split}-*.parquet")
    table = find(data, *patterns, *(("MC/*.parquet",) if not argument else ()), of=INFO.title)
    return QuestionSet(INFO, partial(read_rows, table), partial(sample, data, video_map(data)), argument)


def video_map(data: Path) -> Row:
    """Where videos lie by id, when the official map is there."""
    found = find_all(data, "map_vid_vidorID.json", "**/map_vid_vidorID.json")
    return read_object(found[0]) if found else {}


def sample(data: Path, places: Row, row: Row) -> Sample:
    """One row of NExT-QA or IntentQA; the answer is an index from 0, even where an option is a number."""
    return row_sample(data, places, row, int(row["answer"]))


def row_sample(data: Path, places: Row, row: Row, answer: int | str) -> Sample:
    """One row of the family, with its answer as an index or as an option's text."""
    video = str(row["video"] if "video" in row else row["video_id"])
    listed = options(row, "a0", "a1", "a2", "a3", "a4")
    gold, mended = (answer, ()) if isinstance(answer, int) else choices.text_gold(answer, listed)
    kind = text(row, "type")
    return Sample(
        id=f"{video}_{row['qid']}",
        video=video,
        question=text(row, "question"),
        options=listed,
        answer_index=choices.gold_index(gold, listed),
        mended=mended,
        source=Source((video_path(data, str(places.get(video, video)), *FOLDERS),)),
        tags=tags(type=kind, group=kind[:1]),
    )
