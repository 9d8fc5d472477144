"""Subtitle cues joined to utterances: whole sentences that keep the exact times they were spoken at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from playhead.tools.types import Cue, Memory, Span

GAP_S = 1.0
LONGEST_S = 15.0
LONGEST_CHARS = 240

_ENDED = re.compile(r"[.!?…。！？؟।:]['\"”’»)\]♪]*\s*$")


def utterances(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Join a cue to the one before while the sentence goes on, the speaker stays and the pause is short."""
    held: Cue | None = None
    for cue in cues:
        if held is not None and _continues(held, cue):
            held = _joined(held, cue)
            continue
        if held is not None:
            yield held
        held = cue
    if held is not None:
        yield held


def _joined(held: Cue, cue: Cue) -> Cue:
    """Both as one; it is as sure as its characters are on the average."""
    sure = None
    if held.confidence is not None and cue.confidence is not None:
        here, there = len(held.text), len(cue.text)
        sure = round((held.confidence * here + cue.confidence * there) / max(1, here + there), 3)
    text = f"{held.text} {cue.text}"
    return replace(held, span=held.span.union(cue.span), text=text, confidence=sure)


def _continues(held: Cue, cue: Cue) -> bool:
    return (
        not _ENDED.search(held.text)
        and (held.speaker, held.language) == (cue.speaker, cue.language)
        and -GAP_S <= cue.span.start_s - held.span.end_s <= GAP_S
        and cue.span.end_s - held.span.start_s <= LONGEST_S
        and len(held.text) + len(cue.text) < LONGEST_CHARS
    )


def remember(video_id: str, cues: Iterable[Cue], source: str) -> Iterator[Memory]:
    """One speech memory an utterance; who speaks stands before the words, so that it can be searched."""
    for cue in utterances(cues):
        text = " ".join(cue.text.split())
        if cue.speaker and not text.casefold().startswith(cue.speaker.casefold()):
            text = f"{cue.speaker}: {text}"
        told = ("language", "speaker", "confidence")
        meta = {name: value for name in told if (value := getattr(cue, name)) not in ("", None)}
        if text:
            yield Memory(video_id, cue.span, "speech", text, source=source, meta=meta)


def last_second(cues: Iterable[Cue]) -> float:
    return max((cue.span.end_s for cue in cues), default=0.0)


def to_rows(cues: Iterable[Cue]) -> list[list[str | float | None]]:
    """Plain lists for a JSON column."""
    return [
        [cue.span.start_s, cue.span.end_s, cue.text, cue.language, cue.speaker, cue.confidence]
        for cue in cues
    ]


def from_rows(rows: Iterable[list[Any]]) -> list[Cue]:
    """The same cues; rows of five come from before there was a confidence."""
    return [
        Cue(Span(float(start), float(end)), str(text), str(language), str(speaker), *sure)
        for start, end, text, language, speaker, *sure in rows
    ]
