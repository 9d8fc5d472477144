"""TVBench (Cores et al. 2024): ten tasks that need time; the layout of MVBench.

Layout: `json/{task}.json`, lists of `{video, question, candidates[], answer (option text)[, start, end]}`;
`video/{task}/{video}` or `videos/…`. Subset: the name of a task, or all. Where `start` and `end` are given
(in seconds), the question is about that part, and says so.
"""

from __future__ import annotations

from pathlib import Path

from playhead.eval.candidates import of_tasks
from playhead.eval.layout import video_path
from playhead.eval.questions import QuestionSet
from playhead.eval.types import SetInfo

INFO = SetInfo(
    name="tvbench",
    title="TVBench",
    extractor="first_word_letter",
    kit="lmms-eval 35f10d9, tvbench/utils.py",
    readings={"lmms": "first_word_letter"},
    breakdowns=("task",),
    url="https://github.com/daniel-cores/tvbench",
)


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    return of_tasks(INFO, _video, argument, data)


def _video(data: Path, task: str, name: str) -> Path:
    return video_path(data, name, f"video/{task}", f"videos/{task}", "video", "videos")
