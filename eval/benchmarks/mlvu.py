"""MLVU (Zhou et al. 2024): seven multiple-choice tasks and two generation tasks over long videos.

Dev layout: `json/1_plotQA.json … 9_summary.json` with `video, duration, question, candidates[], answer
(option text), question_type`; `video/{task file}/{video}`. Test layout: any `*test*.json` with
`question_id ("AR_0"), question, candidates (up to six), question_type`, answers hidden or in `answer`.
The rows of lmms-eval (`video_name`, inline options, a letter, `task_type`) are read too.
Subsets: dev, test.

Official numbers: M-Avg, the mean over the multiple-choice tasks (seven in dev), each task counting the
same; VLMEvalKit pools the items instead, which is the `micro` beside it. The generation tasks
(`sub_scene`, `summary`) are judged on two scales of 1 to 5 each; G-Avg is the mean of the two tasks' mean
sums (2 to 10). A run of test writes submission.json for the online evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from playhead.eval import choices
from playhead.eval.layout import Row, find_all, missing, read_rows, video_path
from playhead.eval.official import with_generation
from playhead.eval.questions import QuestionSet, subset_of, tags, text
from playhead.eval.types import Sample, SetInfo, Source

INFO = SetInfo(
    name="mlvu",
    title="MLVU",
    extractor="before_paren",
    kit="MLVU 0b16f40, choice_bench.py",
    readings={"own": "before_paren", "lmms": "first_letter_lmms", "vlmeval": "before_paren"},
    headline="options",
    aggregate="macro over task",
    breakdowns=("task",),
    url="https://github.com/JUNJIE99/MLVU",
)
SCALES = {
    "sub_scene": ["accuracy", "relevance"],
    "subPlot": ["accuracy", "relevance"],
    "summary": ["completeness", "reliability"],
}
"""What the generation tasks are graded on, 1 to 5 each."""
PATTERNS = {
    "dev": ("json/[1-9]_*.json", "**/json/[1-9]_*.json", "**/[1-9]_*.json"),
    "test": ("*test*.json", "**/*test*.json", "**/*test*.parquet"),
}


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is dev or test. Raises MediaError for another layout."""
    subset = subset_of(argument, tuple(PATTERNS), INFO.name)
    patterns = PATTERNS[subset]
    info = replace(INFO, submission="rows") if subset == "test" else INFO
    if not (files := find_all(data, *patterns)):
        raise missing(data, patterns, INFO.title)
    return QuestionSet(info, partial(_rows, files), partial(_sample, data), argument, with_generation)


def _rows(files: list[Path]) -> Iterator[Any]:
    for file in files:
        for number, row in enumerate(read_rows(file)):
            yield {"file": file.stem, "number": number, **row} if isinstance(row, dict) else row


def _sample(data: Path, row: Row) -> Sample:
    name = str(row.get("video") or row["video_name"])
    question, options = _question(row)
    answer = row.get("answer")
    gold, mended = _gold(answer, options, "task_type" in row)
    folders = (f"video/{row['file']}", f"MLVU/video/{row['file']}", "video", "videos", "")
    return Sample(
        id=str(row.get("question_id") or f"{row['file']}-{row['number']}"),
        video=name,
        question=question,
        options=options,
        answer_index=gold,
        answer_text="" if options or answer is None else str(answer),
        source=Source((video_path(data, name, *folders),)),
        duration_s=float(row["duration"]) if row.get("duration") else None,
        tags=tags(task=row.get("question_type") or row.get("task_type")),
        official={} if options else _graded(row),
        mended=mended,
    )


def _graded(row: Row) -> dict[str, Any]:
    """What the judge of a generation task gets beside the answer: its scales, and points to look for."""
    if (row.get("question_type") or row.get("task_type")) not in SCALES:
        return {}
    return {
        "scales": SCALES[row.get("question_type") or row["task_type"]],
        "scoring_points": [str(point) for point in row.get("scoring_points") or ()],
    }


def _gold(answer: Any, options: tuple[str, ...], lettered: bool) -> tuple[int | None, tuple[str, ...]]:
    """The right option: by letter in the rows of lmms-eval, else by text, of equal ones the last."""
    if not options or answer is None:
        return None, ()
    return (choices.gold_index(answer, options), ()) if lettered else choices.text_gold(answer, options)


def _question(row: Row) -> tuple[str, tuple[str, ...]]:
    if candidates := row.get("candidates"):
        return text(row, "question"), tuple(str(option) for option in candidates)
    inline = "task_type" in row
    return choices.split_inline(text(row, "question")) if inline else (text(row, "question"), ())
