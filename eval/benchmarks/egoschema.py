"""EgoSchema (Mangalam et al. 2023): three-minute first-person clips, five options.

Layout: `questions.json` with `q_uid, question, "option 0" … "option 4"`; `subset_answers.json` `{uid:
index}` for the 500 public ones; `videos/{q_uid}.mp4` (or `good_clips_git/`). Rows that carry an integer
`truth` (as in LLoVi's subset file) or `answer` are read too. Subsets: subset (500, scored here), full
(5,031). The labels of the full set are hidden: its run writes `submission.json` (`{uid: index}`), which
the set's validation server scores when posted.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from playhead.eval import choices
from playhead.eval.layout import Row, find, read_object, read_rows, video_path
from playhead.eval.questions import QuestionSet, options, subset_of, text
from playhead.eval.types import Claim, Sample, SetInfo, Source

INFO = SetInfo(
    name="egoschema",
    title="EgoSchema",
    extractor="whole_option",
    kit="lmms-eval 147ad5c, egoschema/utils.py",
    readings={"lmms": "whole_option"},
    url="https://egoschema.github.io",
    notes="unanswered questions are -1 in submission.json, as lmms-eval writes them",
    submission="index by id",
    claims=(
        Claim("VideoAgent (Wang et al.)", 54.1, "https://arxiv.org/abs/2403.10517", "full set"),
        Claim("VideoAgent (Wang et al.)", 60.2, "https://arxiv.org/abs/2403.10517", "subset"),
    ),
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is subset or full. Raises MediaError for another layout."""
    full = subset_of(argument, ("subset", "full"), INFO.name) == "full"
    table = find(data, "questions.json", "**/questions.json", of=INFO.title)
    answers = read_object(find(data, "subset_answers.json", "**/subset_answers.json", of=INFO.title))

    def rows() -> list[Row]:
        return [row for row in read_rows(table) if full or not isinstance(row, dict) or _known(row, answers)]

    return QuestionSet(INFO, rows, partial(_sample, table.parent, answers), argument)


def _known(row: Row, answers: Row) -> bool:
    return row.get("q_uid") in answers or "truth" in row or not row.get("q_uid")


def _sample(data: Path, answers: Row, row: Row) -> Sample:
    uid = text(row, "q_uid")
    listed = options(row, *(f"option {place}" for place in range(5)))
    answer = row.get("truth", row.get("answer", answers.get(uid)))
    return Sample(
        id=uid,
        video=uid,
        question=text(row, "question"),
        options=listed,
        answer_index=None if answer is None else choices.gold_index(answer, listed),
        source=Source((video_path(data, uid, "videos", "good_clips_git", ""),)),
    )
