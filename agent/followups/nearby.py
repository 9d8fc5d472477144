"""A follow-up is answered near the place of the last answer first: there lies most of what it leans on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from playhead.agent.offline.answering import NOTHING, Support
from playhead.agent.offline.corpus import Corpus, Embed, Indices
from playhead.tools.timecode import clock
from playhead.tools.types import Evidence
from playhead.tools.words.excerpts import quoted, spoken
from playhead.tools.words.keywords import words

REACH_S = 300.0
"""How far from the last answer a follow-up is looked for first."""
MARGIN = 0.2
"""By how much an answer from elsewhere must be surer than one from nearby."""
ECHO = 0.15
"""What an answer loses when it is the place that was quoted last: a new question mostly has a new answer."""
STEPS = {
    -1: (
        "What came before that?",
        "And before that?",
        "What did they say just before?",
        "What was shown earlier?",
    ),
    1: ("What happened next?", "And after that?", "What did they say then?", "What comes afterwards?"),
}
"""How people ask for what stands before or after the last answer; compared by meaning."""
LIKE_STEP = 0.6
STEP_LINES = 2
STEP_CONFIDENCE = 0.6
_BESIDE = re.compile(r"\s\([^()]*\)\s*$")


def near_first(
    question: str,
    near: Sequence[Evidence],
    corpus: Corpus,
    embed: Embed,
    answer: Callable[[str, Corpus], Support],
) -> Support:
    """`answer(question, corpus)`, unless what is near the last answer says it about as surely.

    `question` may end with the earlier question in parentheses; nearby the place stands for it.
    """
    at = places(near, corpus)
    alone = _BESIDE.sub("", question)
    if len(at) and (direction := _step(alone, embed)):
        return _beside(direction, places(near[:1], corpus), corpus)
    answers = [(answer(question, corpus), 0.0)]
    if len(around := around_of(at, corpus)):
        answers.append((answer(alone, corpus.only(around.tolist())), MARGIN))
    said = {corpus.memories[index].id for index in places(near[:1], corpus)}

    def worth(candidate: tuple[Support, float]) -> tuple[bool, float]:
        support, nearness = candidate
        echo = ECHO * any(memory.id in said for memory in support.evidence[:1])
        return support.found, support.confidence + nearness - echo

    return max(answers, key=worth)[0]


def places(near: Sequence[Evidence], corpus: Corpus) -> Indices:
    """The memories that stand at the places of the last answer, in order of time."""
    found = [
        index
        for index, memory in enumerate(corpus.memories)
        if memory.kind != "frame"
        and any(line.video_id == memory.video_id and line.span.overlaps(memory.span) for line in near)
    ]
    return np.array(found, np.intp)


def around_of(at: Indices, corpus: Corpus) -> Indices:
    """The memories within reach of these."""
    if not len(at):
        return at
    gaps = [
        np.maximum(corpus.starts_s - corpus.ends_s[index], corpus.starts_s[index] - corpus.ends_s)
        for index in at
    ]
    return np.flatnonzero(np.min(gaps, axis=0) <= REACH_S)


def _step(question: str, embed: Embed) -> int:
    """-1 when what came before is asked for, 1 for what came next, else 0."""
    if len(question.split()) > 6:
        return 0
    asked = embed([question])[0]
    likeness = {step: float((embed(examples) @ asked).max()) for step, examples in STEPS.items()}
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] >= LIKE_STEP else 0


def _beside(direction: int, at: Indices, corpus: Corpus) -> Support:
    """The memories of the same kind just before or after the place of the best evidence."""
    first = corpus.memories[int(at[0] if direction < 0 else at[-1])]
    edge_s = first.span.start_s if direction < 0 else first.span.end_s
    same = [m for m in corpus.memories if m.video_id == first.video_id and m.kind == first.kind]
    held = [memory for memory in same if memory.kind != "speech" or words(spoken(memory))]
    before = [m for m in held if m.span.start_s < edge_s and m != first][-STEP_LINES:]
    after = [m for m in held if m.span.start_s >= edge_s and m != first][:STEP_LINES]
    found = before if direction < 0 else after
    if not found:
        return NOTHING
    text = "\n".join(f"{clock(m.span.start_s)} {quoted(m, 40)}" for m in found)
    return Support(text, None, True, STEP_CONFIDENCE, tuple(found))
