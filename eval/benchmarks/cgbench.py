"""CG-Bench (Chen et al. 2024): questions whose clues are known intervals; up to fourteen options.

Layout: `cgbench.json` and `cgbench_mini.json` (3,000) with `qid, video_uid, question, answer (text),
choices[], right_answer (letter), clue_intervals [[start, end]], duration, domain, sub_category`;
`cg_videos_720p/{video_uid}.mp4` (or `videos/`), `cg_subtitles/{video_uid}.srt`. Subsets: full, mini, open
(the mini questions without their options, judged).

Official numbers: long-acc, mIoU of at most five cited intervals, rec@IoU and acc@IoU. The clue intervals
are gold evidence and never reach the answerer.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, existing, find, read_rows, video_path
from playhead.eval.official import with_clues
from playhead.eval.questions import QuestionSet, gold_spans, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="cgbench",
    title="CG-Bench",
    extractor="result_field",
    kit="VLMEvalKit 13c651f, dataset/utils/cgbench.py, the rule of the set's authors",
    readings={"own": "result_field", "vlmeval": "result_field", "lmms": "mcq_extract"},
    breakdowns=("duration", "domain", "sub_category"),
    url="https://cg-bench.github.io",
)
FILES = {"full": "cgbench.json", "mini": "cgbench_mini.json", "open": "cgbench_mini.json"}
MINUTES = (10, 20, 40, 60)
"""Upper bounds of the duration buckets in minutes."""


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is full, mini or open. Raises MediaError for another layout."""
    subset = subset_of(argument, tuple(FILES), INFO.name)
    file = FILES[subset]
    spare = () if argument else (FILES["mini"], f"**/{FILES['mini']}")
    table = find(data, file, f"**/{file}", *spare, of=INFO.title)
    parse = partial(_sample, table.parent, subset == "open")
    return QuestionSet(INFO, partial(read_rows, table), parse, argument, with_clues)


def _sample(data: Path, opened: bool, row: Row) -> Sample:
    uid, listed = text(row, "video_uid"), tuple(str(option) for option in row["choices"])
    duration_s = float(row["duration"]) if row.get("duration") else None
    evidence, mended = gold_spans(row.get("clue_intervals"))
    return Sample(
        id=str(row["qid"]),
        video=uid,
        question=text(row, "question"),
        options=() if opened else listed,
        answer_index=None if opened else choices.index_of(text(row, "right_answer")),
        answer_text=str(row["answer"]) if opened else "",
        source=Source(
            (video_path(data, uid, "cg_videos_720p", "videos", ""),),
            existing(data / "cg_subtitles" / f"{uid}.srt", data / "subtitles" / f"{uid}.srt")[:1],
        ),
        duration_s=duration_s,
        tags=tags(
            duration=bucket(duration_s), domain=row.get("domain"), sub_category=row.get("sub_category")
        ),
        evidence=evidence,
        mended=mended,
    )


def bucket(duration_s: float | None) -> str:
    """`10-20 min` and the like; '' when the duration is not known."""
    if duration_s is None:
        return ""
    low = max((bound for bound in MINUTES if duration_s > bound * 60), default=0)
    high = next((bound for bound in MINUTES if duration_s <= bound * 60), None)
    return f"{low}-{high} min" if high else f"over {low} min"
