"""A follow-up is answered near the place of the last answer first: there lies most of what it leans on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from playhead.agent.offline.answering import FOLLOWING, NOTHING, Support
from playhead.agent.offline.corpus import Corpus, Embed, Indices
from playhead.agent.offline.kinds import holds
from playhead.agent.offline.question import analyse
from playhead.agent.offline.ranking import Earlier
from playhead.agent.state import Turn
from playhead.tools.timecode import clock
from playhead.tools.types import Evidence, Memory
from playhead.tools.words.excerpts import quoted, says, spoken
from playhead.tools.words.stems import terms, words

NEAR, TOLD = 3.0, 1.5
"""What standing at the place of the last answer adds to the log-odds of answering the next question, and what
having been said in it takes away: a new question mostly has a new answer."""
DECAY_S = 30.0
"""Seconds from the last answer in which nearness falls to a third."""
QUOTED = 2
"""Of the places of the last answer, those that it quoted: the others are only where else to look."""
STEPS = {
    "before": (
        "What came before that?",
        "And before that?",
        "What did they say just before?",
        "What was shown earlier?",
        "Who spoke before that?",
        "Who talked before him?",
    ),
    "after": (
        "What happened next?",
        "And after that?",
        "What did they say then?",
        "What comes afterwards?",
        "Who spoke next?",
        "Who talked after him?",
    ),
    "voice": (
        "Who said that?",
        "Who says so?",
        "Who is speaking there?",
        "Who told them that?",
        "Whose words are these?",
        "Who was that?",
    ),
    "time": (
        "When was that?",
        "When did they say that?",
        "At what time was this said?",
        "Where in the recording is that?",
        "What minute is that at?",
        "When does that happen?",
    ),
}
"""How people ask for what stands before or after the last answer, whose words it is, and when; by meaning."""
UNNAMED = "The words carry no names of who speaks."
LIKE_STEP, LONGEST_STEP = 0.6, 8
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
    alone = asked_alone(question)
    if not len(at):
        return answer(question, None)
    if step := _step(alone, embed):
        here = places(near[:1], corpus)
        if step in ("voice", "time"):
            return _there(corpus.memories[int(here[0])], voice=step == "voice")
        return _beside(step == "before", here, corpus, who=_WHO.search(alone) is not None)
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


def asked_alone(question: str) -> str:
    """A question without the earlier one in parentheses behind it."""
    return _BESIDE.sub("", question)


def _said(question: str, history: Sequence[Turn], corpus: Corpus) -> BoolArray:
    """Which memories the last answer gave, without those that have a word of the question that was not asked
    about before, or the reason that is asked for."""
    if not history:
        return np.zeros(len(corpus), bool)
    known = f"{history[-1].question} {' '.join(_CAPITAL.findall(history[-1].answer))}"
    fresh = {*terms(question)} - {*terms(known)}
    given = " ".join(words(history[-1].answer))
    asked = analyse(question)
    own = [" ".join(words(spoken(memory))) for memory in corpus.memories]
    told = [bool(said) and said in given for said in own]
    return np.array(
        [
            old and fresh.isdisjoint(stems) and not (asked.asks == "why" and holds(asked, memory.text))
            for old, stems, memory in zip(told, corpus.stems, corpus.memories, strict=True)
        ],
        bool,
    )


def places(near: Sequence[Evidence], corpus: Corpus) -> Indices:
    """The memories that stand at the places of the last answer, in order of time."""
    found = [
        index
        for index, memory in enumerate(corpus.memories)
        if memory.kind != "frame"
        and any(line.video_id == memory.video_id and line.span.overlaps(memory.span) for line in near)
    ]
    return np.array(found, np.intp)


def _step(question: str, embed: Embed) -> str:
    """What of the last answer's place is asked for (a key of `STEPS`), and nothing else; else empty."""
    if len(question.split()) > LONGEST_STEP:
        return ""
    asked = embed([question])[0]
    likeness = {step: float((embed(examples) @ asked).max()) for step, examples in STEPS.items()}
    best = max(likeness, key=likeness.__getitem__)
    own = {*terms(question)} - {*terms(" ".join(STEPS[best]))}
    return best if likeness[best] >= LIKE_STEP and not own else ""


def _there(memory: Memory, *, voice: bool) -> Support:
    """When the last answer was said or shown, or whose words it is."""
    if voice and not memory.meta.get("speaker"):
        return Support(UNNAMED, None, False, 0.0, (memory,))
    text = f"{clock(memory.span.start_s)} {_name(memory)}{quoted(memory, 40)}"
    return Support(text, None, True, FOLLOWING, (memory,))


def _beside(before: bool, at: Indices, corpus: Corpus, *, who: bool) -> Support:
    """The memories of the same kind just before or after the place of the best evidence."""
    first = corpus.memories[int(at[0] if before else at[-1])]
    same = [m for m in corpus.memories if m.video_id == first.video_id and m.kind == first.kind]
    held = [memory for memory in same if memory.kind != "speech" or says(memory)]
    if before:
        found = [m for m in held if m.span.start_s < first.span.start_s and m != first][-STEP_LINES:]
    else:
        found = [m for m in held if m.span.start_s >= first.span.end_s and m != first][:STEP_LINES]
    if not found:
        return NOTHING
    if who and (voices := _voices(first, held, -1 if before else 1)):
        found = voices
    speakers = {str(m.meta.get("speaker") or "") for m in (first, *found)}
    named = len(speakers) > 1
    text = "\n".join(f"{clock(m.span.start_s)} {_name(m) * named}{quoted(m, 40)}" for m in found)
    return Support(text, None, True, STEP_CONFIDENCE, tuple(found))


def _name(memory: Memory) -> str:
    speaker = str(memory.meta.get("speaker") or "")
    return f"{speaker}: " if speaker else ""


def _voices(first: Memory, held: Sequence[Memory], direction: int) -> list[Memory]:
    """Where others than who speaks at a place are heard before it or after it, the nearest two, each once."""
    found: dict[str, Memory] = {}
    for memory in held[::direction]:
        beyond = (memory.span.start_s - first.span.start_s) * direction > 0
        speaker = str(memory.meta.get("speaker") or "")
        if beyond and speaker and speaker != first.meta.get("speaker"):
            found.setdefault(speaker, memory)
    return sorted(list(found.values())[:STEP_LINES], key=lambda memory: memory.span)
