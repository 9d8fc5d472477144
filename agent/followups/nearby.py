"""A follow-up is answered near the place of the last answer first: there lies most of what it leans on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from playhead.agent.offline.answering import NOTHING, Support
from playhead.agent.offline.corpus import Corpus, Embed, Indices
from playhead.agent.offline.ranking import Earlier
from playhead.agent.state import Turn
from playhead.tools.timecode import clock
from playhead.tools.types import Evidence, Memory
from playhead.tools.words.excerpts import quoted, spoken
from playhead.tools.words.stems import terms, words

NEAR, TOLD = 3.0, 1.5
"""What standing at the place of the last answer adds to the log-odds of answering the next question, and what
having been said in it takes away: a new question mostly has a new answer."""
DECAY_S = 30.0
"""Seconds from the last answer in which nearness falls to a third."""
QUOTED = 2
"""Of the places of the last answer, those that it quoted: the others are only where else to look."""
STEPS = {
    -1: (
        "What came before that?",
        "And before that?",
        "What did they say just before?",
        "What was shown earlier?",
        "Who spoke before that?",
        "Who talked before him?",
    ),
    1: (
        "What happened next?",
        "And after that?",
        "What did they say then?",
        "What comes afterwards?",
        "Who spoke next?",
        "Who talked after him?",
    ),
}
"""How people ask for what stands before or after the last answer; compared by meaning."""
LIKE_STEP = 0.6
STEP_LINES = 2
STEP_CONFIDENCE = 0.6
Answer = Callable[[str, Earlier | None], Support]
BoolArray = npt.NDArray[np.bool_]
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]+")
_WHO = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)
_BESIDE = re.compile(r"\s\([^()]*\)\s*$")


def near_first(
    question: str,
    history: Sequence[Turn],
    near: Sequence[Evidence],
    corpus: Corpus,
    embed: Embed,
    answer: Answer,
) -> Support:
    """What is near the last answer is likelier to answer the next question, what it said is less likely to.

    `question` may end with the earlier question in parentheses; the place stands for it, unless there is no
    other word in it.
    """
    at = places(near[:QUOTED], corpus)
    alone = _BESIDE.sub("", question)
    if not len(at):
        return answer(question, None)
    if direction := _step(alone, embed):
        return _beside(direction, places(near[:1], corpus), corpus, who=_WHO.search(alone) is not None)
    said = _said(alone, history, corpus)
    gaps = np.maximum(
        corpus.starts_s[:, None] - corpus.ends_s[at], corpus.starts_s[at] - corpus.ends_s[:, None]
    )
    odds = NEAR * np.exp(-np.maximum(0.0, gaps).min(axis=1) / DECAY_S) - TOLD * said
    ids = [memory.id for memory in corpus.memories]
    earlier = Earlier(
        dict(zip(ids, odds.tolist(), strict=True)),
        frozenset(name for name, given in zip(ids, said, strict=True) if given),
    )
    return answer(alone if terms(alone) else question, earlier)


def _said(question: str, history: Sequence[Turn], corpus: Corpus) -> BoolArray:
    """Which memories the last answer gave, without those that have a word of the question that was not asked
    about before."""
    if not history:
        return np.zeros(len(corpus), bool)
    known = f"{history[-1].question} {' '.join(_CAPITAL.findall(history[-1].answer))}"
    fresh = {*terms(question)} - {*terms(known)}
    given = " ".join(words(history[-1].answer))
    own = [" ".join(words(spoken(memory))) for memory in corpus.memories]
    pairs = zip(own, corpus.stems, strict=True)
    return np.array([bool(said) and said in given and fresh.isdisjoint(stems) for said, stems in pairs], bool)


def places(near: Sequence[Evidence], corpus: Corpus) -> Indices:
    """The memories that stand at the places of the last answer, in order of time."""
    found = [
        index
        for index, memory in enumerate(corpus.memories)
        if memory.kind != "frame"
        and any(line.video_id == memory.video_id and line.span.overlaps(memory.span) for line in near)
    ]
    return np.array(found, np.intp)


def _step(question: str, embed: Embed) -> int:
    """-1 when what came before is asked for, 1 for what came next, else 0."""
    if len(question.split()) > 6:
        return 0
    asked = embed([question])[0]
    likeness = {step: float((embed(examples) @ asked).max()) for step, examples in STEPS.items()}
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] >= LIKE_STEP else 0


def _beside(direction: int, at: Indices, corpus: Corpus, *, who: bool) -> Support:
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
    if who and (voices := _voices(first, held, direction)):
        found = voices
    named = [f"{m.meta['speaker']}: " if who and m.meta.get("speaker") else "" for m in found]
    text = "\n".join(
        f"{clock(m.span.start_s)} {name}{quoted(m, 40)}" for m, name in zip(found, named, strict=True)
    )
    return Support(text, None, True, STEP_CONFIDENCE, tuple(found))


def _voices(first: Memory, held: Sequence[Memory], direction: int) -> list[Memory]:
    """Where others than who speaks at a place are heard before it or after it, the nearest two, each once."""
    found: dict[str, Memory] = {}
    for memory in held[::direction]:
        beyond = (memory.span.start_s - first.span.start_s) * direction > 0
        speaker = str(memory.meta.get("speaker") or "")
        if beyond and speaker and speaker != first.meta.get("speaker"):
            found.setdefault(speaker, memory)
    return sorted(list(found.values())[:STEP_LINES], key=lambda memory: memory.span)
