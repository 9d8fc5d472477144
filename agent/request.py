"""A question as it was asked, checked before anything is spent on it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playhead.agent.state import Turn
from playhead.tools.errors import UsageError
from playhead.tools.types import Evidence, Usage

LONGEST_QUESTION = 8000
LONGEST_OPTION = 2000
MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Request:
    """`videos` are files, folders or ids as given; none means the whole library."""

    question: str
    videos: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    before_s: float | None = None
    subtitles: tuple[str, ...] = ()
    wait_s: float | None = None
    """Seconds of indexing after which the answer comes from what is there; None: all is waited for."""
    history: tuple[Turn, ...] = ()
    kept: tuple[Evidence, ...] = ()
    """Evidence of earlier questions of the conversation."""
    near: tuple[Evidence, ...] = ()
    """What the last answer cited, where the question leans on it."""
    asked: str = ""
    """The words of a follow-up before it was made to stand alone."""
    spent: Mapping[str, Usage] = field(default_factory=dict)
    """What preparing the request has cost already, by role."""

    @classmethod
    def of(
        cls,
        question: str,
        videos: Sequence[str | Path] | str | Path = (),
        options: Sequence[str] = (),
        before_s: float | None = None,
        subtitles: Sequence[str | Path] = (),
        wait_s: float | None = None,
    ) -> Request:
        """The request of what a person gave. Raises UsageError for a question that is no text."""
        if not isinstance(question, str):
            raise UsageError(f"the question is {question!r}, not a text", "ask something")
        named = tuple(str(video) for video in listed(videos))
        return cls(question, named, tuple(options), before_s, tuple(map(str, subtitles)), wait_s)

    def checked(self) -> Request:
        """The request with its question trimmed. Raises UsageError that names what is wrong."""
        question = " ".join(self.question.split())
        if not any(char.isalnum() for char in question):
            raise UsageError("the question is empty", "ask something, in quotes, as the last argument")
        if len(question) > LONGEST_QUESTION:
            cause = f"the question has {len(question)} characters, more than {LONGEST_QUESTION}"
            raise UsageError(cause, "shorten it; texts belong in --subtitles or a transcript file")
        _check_options(self.options)
        if self.before_s is not None and not (math.isfinite(self.before_s) and self.before_s > 0):
            raise UsageError(f"before_s is {self.before_s!r}", "give a time in seconds above 0")
        if self.wait_s is not None and not (math.isfinite(self.wait_s) and self.wait_s >= 0):
            raise UsageError(f"wait_s is {self.wait_s!r}", "give seconds, 0 or more")
        return replace(self, question=question)

    def facts(self) -> dict[str, Any]:
        """The part of the trajectory that says what was asked."""
        return {
            "question": self.question,
            "asked": self.asked or self.question,
            "options": list(self.options),
            "references": list(self.videos),
            "subtitles": list(self.subtitles),
            "before_s": self.before_s,
            "history": [{"question": turn.question, "answer": turn.answer} for turn in self.history],
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Request:
        """The request that a trajectory began with; kept evidence is in the checkpoint."""
        return cls(
            question=facts["question"],
            videos=tuple(facts["references"]),
            options=tuple(facts["options"]),
            before_s=facts["before_s"],
            subtitles=tuple(facts["subtitles"]),
            history=tuple(Turn(turn["question"], turn["answer"]) for turn in facts["history"]),
            asked=facts["asked"],
        )


def listed(paths: Sequence[str | Path] | str | Path) -> list[str | Path]:
    """One path alone is a list of one."""
    return [paths] if isinstance(paths, str | Path) else list(paths)


def new_run() -> str:
    """A run id that sorts by time."""
    return f"{datetime.now(UTC):%y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"


def _check_options(options: tuple[str, ...]) -> None:
    if len(options) == 1:
        raise UsageError("one option leaves nothing to choose", "give two or more, or none")
    if len(options) > MOST_OPTIONS:
        raise UsageError(f"{len(options)} options are more than {MOST_OPTIONS}", "leave out unlikely ones")
    for number, option in enumerate(options, 1):
        if not option.strip():
            raise UsageError(f"option {number} is empty", "give it words")
        if len(option) > LONGEST_OPTION:
            raise UsageError(f"option {number} has {len(option)} characters", f"at most {LONGEST_OPTION}")
