"""An answer as text with numbered citations, for doors that know nothing but text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playhead.agent.server.wording import CHANGED
from playhead.agent.terminal.console import heading, letter, names, verdict
from playhead.tools.timecode import clock_range
from playhead.tools.types import Span

LONGEST_QUOTE = 240
RULE = "\n\n"
"""Stands between the answer and its citations."""
_VERDICT = re.compile(r"confidence \d+%|no clear answer|not found")


@dataclass(frozen=True, slots=True)
class Citation:
    """One line of evidence: which recording, from when to when, and what is there."""

    number: int
    video_id: str
    name: str
    span: Span
    line: str
    """`[1] film.mp4 05:25–05:30 speech: …`"""


def citations(evidence: Sequence[Mapping[str, Any]]) -> list[Citation]:
    """The evidence of an answer as it was told (`told.answer_of`)."""
    called = names([line["video"] for line in evidence])
    return [_citation(line, name) for line, name in zip(evidence, called, strict=True)]


def headline(answer: Mapping[str, Any]) -> str:
    """The answer's words, with the letter of the chosen option."""
    letters = "" if answer["option"] is None else f"{letter(answer['option'])}. "
    return f"{letters}{answer['answer']}"


def closing(answer: Mapping[str, Any]) -> str:
    """How sure the answer is, or that the recordings do not say it clearly."""
    return verdict(answer["outcome"], answer["confidence"])


def text(answer: Mapping[str, Any]) -> str:
    """All of it: the words, what they rest on, how sure they are."""
    above = [f"{heading(answer['outcome'])}:"] if heading(answer["outcome"]) else []
    below = [*above, *(citation.line for citation in citations(answer["evidence"])), closing(answer)]
    return headline(answer) + RULE + "\n".join(below)


def words_of(told: str) -> str:
    """The words of an answer that `text` gave, without those that were taken back."""
    words, _, below = told.rpartition(RULE)
    return words.rpartition(CHANGED)[2] if _VERDICT.fullmatch(below.rpartition("\n")[2]) else told


def _citation(line: Mapping[str, Any], name: str) -> Citation:
    span = Span(line["start_s"], line["end_s"])
    quote = " ".join(line["text"].split())
    quote = quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1] + "…"
    shown = f"[{line['number']}] {name} {clock_range(span)} {line['kind']}: {quote}"
    return Citation(line["number"], line["video_id"], name, span, shown)
