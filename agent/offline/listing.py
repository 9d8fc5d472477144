"""Questions that ask for several things are answered by what is enumerated near the best passages: by one
sentence that lists them, or by sentences that begin with a new item each ("One way …", "Another …")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from playhead.agent.offline.passages import Passages
from playhead.agent.offline.plural import MOST_ITEMS, count_of
from playhead.agent.offline.question import Question
from playhead.agent.offline.quoting import Quote
from playhead.agent.offline.ranking import Ranked, apart
from playhead.tools.timecode import clock
from playhead.tools.words.excerpts import opened
from playhead.tools.words.phrases import EMPTY
from playhead.tools.words.stems import words

PLACES = 6
"""Passages, the best first, around which an enumeration is looked for."""
BEFORE, AFTER = 3, 90
"""Sentences before the best passage and after it among which it may begin and end."""
APART_S = 130.0
"""Seconds from one item to the next at most."""
MOST_WORDS = 58
HEAD_WORDS = 3
"""A heading that is spoken ("Empathy.") has at most so many words."""
COUNTED = 1.3
"""What items that are numbered ("number two") are better than others."""
ITEM_WORDS = 5
"""Words of an item between two commas at most."""
FURTHER = 0.85
"""What an enumeration counts for with each place behind the best passage."""

_ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|last|final)(?:ly)?|next"
_NUMERAL = r"one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}"
_OPENING = r"^\W*(?:(?:and|so|but|or|then|now|okay|um|uh|well)\b\W*)*"
_ITEM = re.compile(
    rf"{_OPENING}(?:(?:the )?(?:{_ORDINAL})\b(?!-)(?: of all\b)?(?! (?:time|years?|week|night|month)\b)"
    r"|(?:one|another|the other|other|a different)\b"
    r"(?:(?: [\w-]+){1,2}(?=,| (?:is|was|would|that|which|to|of|i|you|we)\b)"
    r"|(?= (?:is|was|would be)\b))"
    rf"|in addition\b|also\b)|\b(?:tip |point |step |rule )?number (?:{_NUMERAL})\b",
    re.IGNORECASE,
)
_BEFORE_ITEM = re.compile(r"^[^.?!]{0,60}?\b(?:is|are|was|were|would be)\b\W*(?:actually |literally |to )?")
_NUMBERED = re.compile(rf"\bnumber (?:{_NUMERAL})\b", re.IGNORECASE)
_FIRST = re.compile(r"\bnumber (?:one|1)\b", re.IGNORECASE)
_CLAUSE = """i you he she it we they is are was were am be do does did have has had can will would because but
so if when that which who not there here what how"""
_SPLIT = re.compile(r"\s*(?:[,;:]|--|[.]{3}| / )\s*|\s+(?:and|or)\s+", re.IGNORECASE)
_ORDERED = re.compile(rf"\b(?:{_ORDINAL}|then)\b", re.IGNORECASE)
_CLAUSE_WORDS = frozenset(_CLAUSE.split())


@dataclass(frozen=True)
class Enumeration:
    """The sentences to quote, each with its words, and how well they answer: 1 with all that are wanted."""

    lines: tuple[tuple[int, str], ...]
    worth: float


def listed(question: Question, ranked: Ranked, least: float) -> Quote | None:
    """What is enumerated near the best passages, each place on a line with its time.

    None where the question asks for no list, or nothing there is worth `least` (1: all wanted, and related).
    """
    wanted = count_of(question.text)
    if wanted is None or ranked.passages.shown[ranked.passages.first[ranked.candidates[0]]]:
        return None
    found = ranked.passages
    every: list[Enumeration] = []
    for place, number in enumerate(apart(ranked)[:PLACES]):
        first, last = int(found.first[number]), int(found.last[number])
        near = [*_of_one(found, first, last, wanted), *_of_several(found, first, last, wanted)]
        every += [
            replace(one, worth=one.worth * FURTHER**place * _related(question, found, one)) for one in near
        ]
    if not every:
        return None
    best = max(every, key=lambda one: one.worth)
    if best.worth < least:
        return None
    text = "\n".join(f"{clock(found.memory(at).span.start_s)} {said}" for at, said in best.lines)
    return Quote(text, tuple(dict.fromkeys(found.memory(at) for at, _ in best.lines)))


def _related(question: Question, found: Passages, one: Enumeration) -> float:
    """More where it, or what announces it, has words of the question."""
    first, last = one.lines[0][0], one.lines[-1][0]
    said = frozenset().union(*found.stems[max(0, first - 2) : last + 2])
    mass = sum(found.weights[word] for word in question.about)
    return 0.3 + 0.7 * sum(found.weights[word] for word in question.about if word in said) / (mass or 1.0)


def _of_one(found: Passages, first: int, last: int, wanted: int) -> Iterator[Enumeration]:
    """Sentences of the passage that list enough."""
    for at in range(first, last + 1):
        if (count := _inline(found.texts[at])) >= min(wanted or 3, 3):
            yield Enumeration(_around(found, at), _worth(count, wanted or 4))


def _of_several(found: Passages, first: int, last: int, wanted: int) -> Iterator[Enumeration]:
    """Sentences with an item each, in or after the passage."""
    for chain in _chains(found, max(0, first - BEFORE), min(last + AFTER, len(found.texts) - 1)):
        if len(chain) >= (wanted or 3) and chain[-1] >= first and _near(found, last, chain[0]):
            items = chain[: wanted or MOST_ITEMS]
            most = MOST_WORDS // len(items) - 1
            counted = all(_told_by_number(found.texts[at]) for at in items)
            lines = tuple((at, _item(found, at, most)) for at in items)
            yield Enumeration(lines, (COUNTED if counted else 1.0) * _worth(len(chain), wanted or 4))


def _told_by_number(text: str) -> bool:
    """Whether an item is numbered and then told, as in "number two, think twice"."""
    match = _NUMBERED.search(text)
    return match is not None and len(text[match.end() :].split()) > 1


def _worth(count: int, full: int) -> float:
    return min(count, full) / full


def _inline(text: str) -> int:
    """How many things one sentence lists: short parts between commas, "and" and "or" that are no clauses."""
    parts = [part for part in _SPLIT.split(text.strip(" .!?")) if words(part)]
    short = [len(part.split()) <= ITEM_WORDS and _CLAUSE_WORDS.isdisjoint(words(part)) for part in parts]
    runs = [len(list(run)) for fits, run in groupby(short[1:]) if fits]
    ordered = len(_ORDERED.findall(text))
    return max(max(runs, default=-1) + 1, ordered if ordered > 2 else 0)


def _around(found: Passages, at: int) -> tuple[tuple[int, str], ...]:
    """A sentence after the one before it, which announces, and before others as far as the words allow."""
    lengths = found.lengths
    first = at - 1 if at and _near(found, at - 1, at) and lengths[at - 1] + lengths[at] < MOST_WORDS else at
    last, left = at, MOST_WORDS - 1 - lengths[first : at + 1].sum()
    while last + 1 < len(found.texts) and _near(found, last, last + 1) and lengths[last + 1] <= left:
        last, left = last + 1, left - lengths[last + 1]
    text = " ".join(" ".join(found.texts[first : last + 1]).split()[: MOST_WORDS - 1])
    return ((at, text),)


def _chains(found: Passages, first: int, last: int) -> list[list[int]]:
    """Sentences that begin an item each, in runs without a long way between two."""
    items = [at for at in range(first, last + 1) if _ITEM.search(found.texts[at]) or _heads(found, at, last)]
    chains: list[list[int]] = []
    for at in items:
        again = _FIRST.search(found.texts[at])
        if chains and not again and _near(found, chains[-1][-1], at):
            chains[-1].append(at)
        else:
            chains.append([at])
    return chains


def _heads(found: Passages, at: int, last: int) -> bool:
    """Whether it is a spoken heading: a few words that say something, and then a sentence."""
    said = words(found.texts[at])
    telling = 0 < len(said) <= HEAD_WORDS and not found.asking[at] and not EMPTY & set(said)
    return telling and at < last and found.lengths[at + 1] > HEAD_WORDS


def _item(found: Passages, at: int, most: int) -> str:
    """The words of an item, without those that only announce it."""
    text = found.texts[at]
    if match := _ITEM.search(text):
        rest = text[match.end() :]
        named = match.group().lower().rstrip().endswith(("number", *"0123456789")) or match.start() > 0
        rest = text[match.start() :] if named else _BEFORE_ITEM.sub("", rest, count=1).lstrip(" ,:-")
        text = rest if len(words(rest)) > 1 else text
    elif at + 1 < len(found.texts):
        text = f"{text} {found.texts[at + 1]}"
    kept = opened(text).split()
    return " ".join(kept) if len(kept) <= most else " ".join(kept[: most - 1]).rstrip(",;:-") + " …"


def _near(found: Passages, one: int, two: int) -> bool:
    """Whether the second sentence can belong to the same enumeration as the first."""
    before, after = found.memory(one), found.memory(two)
    same = before.video_id == after.video_id and before.kind == after.kind
    return same and after.span.start_s - before.span.end_s <= APART_S
