"""What a small model is asked: the shipped transcripts, or a choice from recordings in folders of your own.

A folder holds a `natural.json` (see `benchmarks/natural.py`; its questions about transcripts are taken) or a
`speech.json` (see `spoken.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playhead.agent.result import Answer
from playhead.eval import spoken
from playhead.eval.benchmarks import natural
from playhead.eval.key_phrases import cites, grade
from playhead.eval.small_script import HARBOUR, HARBOUR_QUESTIONS
from playhead.eval.spoken_script import CONVERSATIONS
from playhead.eval.types import Prediction, Sample
from playhead.tools.synthesis import write_srt
from playhead.tools.types import Cue, Span

LINE_S = 4.0


@dataclass(frozen=True, slots=True)
class Posed:
    """A question about a recording and how its answer is graded; `answerable`: the recording answers it."""

    path: Path
    text: str
    right: Callable[[Answer], bool]
    cited: Callable[[Answer], bool]
    options: tuple[str, ...] = ()
    answerable: bool = True


def shipped(folder: Path) -> list[Posed]:
    """Thirty questions about three conversations, written to `folder` as subtitles of four seconds a line."""
    return list(_shipped(folder))


def chosen(data: Iterable[Path], folder: Path, most: int, seed: int) -> list[Posed]:
    """At most `most` questions about the recordings in the folders `data`, one recording after the other in
    turn, both by `seed`. `folder` takes what is made on the way. Raises MediaError for another layout."""
    groups: dict[Path, list[Posed]] = {}
    for posed in (one for place in data for one in _posed(place, folder)):
        groups.setdefault(posed.path, []).append(posed)
    chance = random.Random(seed)  # noqa: S311
    order = chance.sample(sorted(groups), len(groups))
    shuffled = [chance.sample(groups[path], len(groups[path])) for path in order]
    longest = max(map(len, shuffled), default=0)
    turns = [group[turn] for turn in range(longest) for group in shuffled if turn < len(group)]
    return sorted(turns[:most], key=lambda one: order.index(one.path))


def _shipped(folder: Path) -> Iterator[Posed]:
    for name, (script, questions) in {**CONVERSATIONS, "harbour": (HARBOUR, HARBOUR_QUESTIONS)}.items():
        lines = [line.split(": ", 1)[1] for line in script.strip().splitlines()]
        cues = [Cue(Span(LINE_S * n, LINE_S * (n + 1)), text) for n, text in enumerate(lines)]
        path = write_srt(cues, folder / f"{name}.srt")
        for text in questions:
            yield _of_asked(path, spoken.asked_of(text, cues))


def _posed(data: Path, folder: Path) -> Iterator[Posed]:
    if (data / "natural.json").exists():
        for sample in natural.create(data=data).samples():
            if sample.source.subtitles and not sample.earlier:
                yield _of_sample(sample)
        return
    for recording in spoken.recordings(data, folder):
        for asked in recording.questions:
            yield _of_asked(recording.path, asked)


def _of_asked(path: Path, asked: spoken.Asked) -> Posed:
    return Posed(path, asked.text, asked.right, asked.cited, asked.options, bool(asked.wanted))


def _of_sample(sample: Sample) -> Posed:
    return Posed(
        sample.source.subtitles[0],
        sample.question,
        lambda answer: grade(sample, _said(answer)) == 1,
        lambda answer: cites(sample, _said(answer)),
        answerable="unanswerable" not in sample.tags["kind"],
    )


def _said(answer: Answer) -> Prediction:
    spans = tuple(line.span for line in answer.evidence)
    return Prediction(answer.text, answer.option, answer.confidence, answer.found, spans)
