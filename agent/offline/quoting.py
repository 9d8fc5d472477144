"""From ranked passages to words: the sentences that tell, who says them, and the moments to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from playhead.agent.offline import order
from playhead.agent.offline.corpus import spoken
from playhead.agent.offline.passages import Passages, cue
from playhead.agent.offline.question import Question
from playhead.agent.offline.ranking import Ranked
from playhead.tools.timecode import clock
from playhead.tools.types import Memory
from playhead.tools.words.stems import words

MOMENTS = 4
"""Places shown beside an answer that is not sure; one fewer when there is none."""
ALONE = 0.8
"""Share of the question's words from which a sentence needs no others beside it."""
LEAD_IN = 2
"""Sentences quoted before the telling one at most."""
_SAYS_LITTLE = re.compile(
    r"^\W*(?:(?:yeah|yes|okay|ok|right|well|so|cool|exactly|sure|um|uh|roger|hmm)\W+)*", re.IGNORECASE
)


@dataclass(frozen=True)
class Quote:
    """Words, and the memories they are from, the most telling first."""

    text: str
    memories: tuple[Memory, ...]


def quote(question: Question, ranked: Ranked) -> Quote:
    """The best passage without what only leads up to it."""
    found, top = ranked.passages, int(ranked.candidates[0])
    first, last = _trimmed(found, int(found.first[top]), int(found.last[top]))
    told = _telling(question, found, first, last)
    alone = not found.shown[told] and _stands_alone(question, found, told)
    if found.memory(told).kind == "caption" or alone:
        first = last = told
    elif not found.shown[told]:
        first = max(first, told - LEAD_IN)
    nearest = sorted(range(first, last + 1), key=lambda i: (abs(i - told), -i))
    owners = dict.fromkeys(int(found.owners[i]) for i in nearest)
    text = worded(question, found, first, last)
    if question.asks == "time":
        text = f"{clock(found.memory(told).span.start_s)} — {text}"
    return Quote(text, tuple(found.corpus.memories[i] for i in owners))


def moments(ranked: Ranked) -> tuple[Memory, ...]:
    """The memories in the middle of the likeliest passages that do not overlap, best first."""
    found, kept = ranked.passages, list[int]()
    for number in map(int, ranked.candidates):
        apart = (found.last[k] < found.first[number] or found.first[k] > found.last[number] for k in kept)
        if all(apart):
            kept.append(number)
        if len(kept) == MOMENTS:
            break
    return tuple(dict.fromkeys(found.memory(int(found.first[k] + found.last[k]) // 2) for k in kept))


def _trimmed(found: Passages, first: int, last: int) -> tuple[int, int]:
    """Without questions and small talk at both ends, as long as something is left; a screen stays whole,
    because a label means nothing without its value."""
    if found.shown[first]:
        return first, last
    while first < last and (found.asking[first] or _little(found.texts[first])):
        first += 1
    while last > first and (found.asking[last] or _little(found.texts[last])):
        last -= 1
    return first, last


def _little(text: str) -> bool:
    return len(words(_SAYS_LITTLE.sub("", text, count=1))) < 3


def _telling(question: Question, found: Passages, first: int, last: int) -> int:
    """The sentence that follows the event named, holds the asked kind of thing, or most of the words."""
    follows = order.following(question, found.corpus)[found.owners[first : last + 1]]
    known = frozenset(words(question.text))
    about = set(question.about)
    worth = [
        len(about & found.stems[i]) + 2 * cue(question.asks, found.texts[i], known)
        for i in range(first, last + 1)
    ]
    return first + int(np.argmax(np.array(worth) + 5 * (follows > 0)))


def _stands_alone(question: Question, found: Passages, sentence: int) -> bool:
    """Whether a sentence says nearly all that was asked about, and holds the asked kind of thing."""
    asked = {word: found.weights[word] for word in question.about}
    held = sum(weight for word, weight in asked.items() if word in found.stems[sentence])
    fits = question.asks in ("what", "yes_no") or cue(
        question.asks, found.texts[sentence], frozenset(words(question.text))
    )
    return fits and held >= ALONE * sum(asked.values()) > 0


def worded(question: Question, found: Passages, first: int, last: int) -> str:
    """The sentences; with the speakers when somebody is asked for."""
    between, parts, before = " / " if found.shown[first] else " ", [], ""
    for i in range(first, last + 1):
        memory = found.memory(i)
        speaker = str(memory.meta.get("speaker") or "")
        named = question.asks == "who" and speaker and speaker != before and spoken(memory) != memory.text
        parts.append(f"{speaker}: {found.texts[i]}" if named else found.texts[i])
        before = speaker
    return between.join(parts)
