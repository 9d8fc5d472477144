"""From ranked passages to words: the sentences that tell, who says them, and the moments to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from playhead.agent.offline import order
from playhead.agent.offline.corpus import spoken
from playhead.agent.offline.kinds import holds
from playhead.agent.offline.passages import MOST_WORDS, Passages
from playhead.agent.offline.question import Question
from playhead.agent.offline.ranking import Ranked, apart
from playhead.tools.timecode import clock
from playhead.tools.types import Memory
from playhead.tools.words.stems import words

MOMENTS = 4
"""Places shown beside an answer that is not sure; one fewer when there is none."""
HALF = MOST_WORDS // 2 - 1
"""Words of each of two places; the seconds before them count as words too."""
ALONE = 0.8
"""Share of the question's words from which a sentence needs no others beside it."""
TELLS = 3
"""And words that it has beyond them, where no kind of thing is asked for."""
LEAD_IN = 2
"""Sentences before the telling one in a brief quote at most."""
_SAYS_LITTLE = re.compile(
    r"^\W*(?:(?:yeah|yes|okay|ok|right|well|so|cool|exactly|sure|um|uh|roger|hmm)\W+)*", re.IGNORECASE
)
_LEANS = re.compile(
    r"^(?:[^\W\dA-Z]|(?:\W*(?i:and|so|but|or|because|then|also)\b[,\s]*)*"
    r"(?i:it|its|that|this|these|those|they|he|she|him|her|which|such|there)\b)"
)


@dataclass(frozen=True)
class Quote:
    """Words, and the memories they are from, the most telling of each place first."""

    text: str
    memories: tuple[Memory, ...]


def quote(question: Question, ranked: Ranked, *, brief: bool = False, single: bool = False) -> Quote:
    """The best passage without what only leads up to it; two places where no kind of thing is asked for
    that could be seen to be there. A `brief` one, for who is sure, is of one place and short."""
    places = apart(ranked)
    if brief or single or len(places) == 1 or question.asks != "what":
        part = _part(question, ranked, places[0], MOST_WORDS, brief=brief)
        timed = f"{clock(part.memories[0].span.start_s)} — " * (question.asks == "time")
        return Quote(timed + part.text, part.memories)
    one, other = (_part(question, ranked, number, HALF) for number in places[:2])
    text = " — or ".join(f"{clock(part.memories[0].span.start_s)} {part.text}" for part in (one, other))
    both = (one.memories[0], other.memories[0], *one.memories[1:], *other.memories[1:])
    return Quote(text, tuple(dict.fromkeys(both)))


def moments(question: Question, ranked: Ranked) -> tuple[Memory, ...]:
    """The most telling memory of each of the likeliest passages that do not overlap, best first; words before
    what is noted of bare pictures, unless a colour is asked for."""
    found = ranked.passages
    numbers = apart(ranked)
    if question.asks != "colour":
        numbers.sort(key=lambda number: found.memory(int(found.first[number])).kind == "frame")
    told = (_told(question, ranked, number)[0] for number in numbers[:MOMENTS])
    return tuple(dict.fromkeys(found.memory(sentence) for sentence in told))


def _part(question: Question, ranked: Ranked, number: int, most: int, *, brief: bool = False) -> Quote:
    """The telling sentence of a passage and, as far as the words allow, those after and before it in turn."""
    found = ranked.passages
    told, start, end = _told(question, ranked, number)
    if brief and not found.shown[told]:
        start, end = (told, told) if _says_all(question, found, told) else (_opening(found, start, told), end)
    first = last = told
    left = most - found.lengths[told]
    grows = found.memory(told).kind != "caption"
    while grows:
        grows = False
        if last < end and found.lengths[last + 1] <= left:
            last, left, grows = last + 1, left - found.lengths[last + 1], True
        if first > start and found.lengths[first - 1] <= left:
            first, left, grows = first - 1, left - found.lengths[first - 1], True
    while first < told and _in_mid_sentence(found, first):
        first += 1
    nearest = sorted(range(first, last + 1), key=lambda i: (abs(i - told), -i))
    owners = dict.fromkeys(int(found.owners[i]) for i in nearest)
    text = worded(question, found, first, last).split(" ")
    cut = "…" * _in_mid_sentence(found, first) + " ".join(text[:most]) + " …" * (len(text) > most)
    return Quote(cut, tuple(found.corpus.memories[i] for i in owners))


def _in_mid_sentence(found: Passages, sentence: int) -> bool:
    """Whether what is said there began before."""
    return found.memory(sentence).kind == "speech" and found.texts[sentence][:1].islower()


def _opening(found: Passages, start: int, told: int) -> int:
    """Where a brief quote begins: at the telling sentence, unless that leans on what was said before it."""
    first = told
    while first > max(start, told - LEAD_IN) and _LEANS.match(found.texts[first]):
        first -= 1
    return first


def _says_all(question: Question, found: Passages, sentence: int) -> bool:
    """Whether a sentence says nearly all that was asked about, and holds the asked kind of thing."""
    asked = {word: found.weights[word] for word in question.about}
    held = sum(weight for word, weight in asked.items() if word in found.stems[sentence])
    if question.asks in ("what", "yes_no"):
        fits = len(found.stems[sentence] - set(question.terms)) >= TELLS
    else:
        fits = holds(question, found.texts[sentence])
    whole = not (found.asking[sentence] or _in_mid_sentence(found, sentence))
    return fits and whole and held >= ALONE * sum(asked.values()) > 0


def _told(question: Question, ranked: Ranked, number: int) -> tuple[int, int, int]:
    """The telling sentence of a passage and its ends, without chatter and what was said before."""
    found = ranked.passages
    first, last = int(found.first[number]), int(found.last[number])
    first, last = _new(ranked, first, last)
    first, last = _trimmed(found, first, last)
    return _telling(question, found, first, last), first, last


def _new(ranked: Ranked, first: int, last: int) -> tuple[int, int]:
    """A passage that goes on behind what the last answer said of it, where that is not all of it."""
    found, said = ranked.passages, [i for i in range(first, last + 1) if i in ranked.told]
    if not said or len(said) > last - first:
        return first, last
    after = min(said[-1] + 1, len(found.texts) - 1)
    return after, max(after, int(found.last[after]))


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
    """The sentence that follows the event named, holds the asked kind of thing, or most of the words; hardly
    ever a question."""
    follows = order.following(question, found.corpus)[found.owners[first : last + 1]]
    about = set(question.about)
    worth = [
        len(about & found.stems[i]) + 2 * holds(question, found.texts[i]) - 2 * found.asking[i]
        for i in range(first, last + 1)
    ]
    return first + int(np.argmax(np.array(worth) + 5 * (follows > 0)))


def worded(question: Question, found: Passages, first: int, last: int) -> str:
    """The sentences; with the speakers when somebody is asked for, else a dash where another one speaks."""
    between, parts, before = " / " if found.shown[first] else " ", [], ""
    for i in range(first, last + 1):
        memory = found.memory(i)
        speaker = str(memory.meta.get("speaker") or "")
        changed = speaker and speaker != before
        named = question.asks == "who" and changed and spoken(memory) != memory.text
        mark = f"{speaker}: " if named else "– " if changed and before else ""
        parts.append(mark + found.texts[i])
        before = speaker
    return between.join(parts)
