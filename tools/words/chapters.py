"""Chapters of a recording: where its subject changes, what each part is called, which words tell it.

One way for all: indexing stores what this finds, and an overview of any stretch finds it anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Memory, Span, Vectors
from playhead.tools.words.excerpts import ANNOUNCING, marks, spoken, telling
from playhead.tools.words.phrases import Embed, key_phrases
from playhead.tools.words.tiling import group

MOST = 12
"""Chapters of a recording, however long: as many as a person reads."""
MARKED, NAMING = 0.25, 0.06
"""What announcing a subject and naming a key phrase count for, beside the likeness to the chapter."""
MOST_TELLING = 5
WORDED = ("speech", "screen", "caption")
WEIGHTY_CHARS = 300
"""A memory counts by its length, up to here."""
TITLE_PHRASES = 3
LONGEST_TITLE = 60
TOGETHER_S = 1.0
"""Texts that appear on the screen within this time are one picture."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SYMBOL = re.compile(r"[^\w\s.,:;!?'’\"()/-]|[+]")
_PROMPT = re.compile(r"^(?:\[[^\]]*\]|[>$#%❯])\s*")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch about one thing. `memories` are those of its words, in order of time."""

    span: Span
    title: str
    phrases: tuple[str, ...]
    memories: tuple[Memory, ...]
    telling: tuple[Memory, ...]
    """The memories that tell it best, the best first."""


def chapters(
    memories: Sequence[Memory], vectors: Vectors, embed: Embed, span: Span, most: int = MOST
) -> list[Chapter]:
    """The chapters of `span`, which they cover without gaps: at least one, and one where nothing is known.

    `memories` are of one recording and have one row of `vectors` each. What pictures look like counts only
    where no words were heard, read or written about them.
    """
    worded = [i for i, memory in enumerate(memories) if memory.kind in WORDED and memory.text.strip()]
    worded = worded or [i for i, memory in enumerate(memories) if memory.text.strip()]
    order = sorted(worded, key=lambda i: (memories[i].span, memories[i].kind))
    if not order:
        return [Chapter(span, "No words", (), (), ())]
    held, rows = [memories[i] for i in order], np.asarray(vectors, np.float32)[order]
    weights = [float(min(len(memory.text), WEIGHTY_CHARS)) for memory in held]
    ranges = list(pairwise([*_starts(held, rows, weights, span, most), len(held)]))
    centres = np.stack([np.average(rows[a:b], axis=0, weights=weights[a:b]) for a, b in ranges])
    mostly, announcing = speakers(held), embed(ANNOUNCING)
    texts = [[_wording(memory) for memory in held[a:b]] for a, b in ranges]
    phrases = key_phrases(texts, centres, embed, without=mostly)
    found = []
    for at, stretch in enumerate(_stretches(held, ranges, span)):
        a, b = ranges[at]
        boost = _opening(b - a) + MARKED * marks(rows[a:b], announcing) + _naming(held[a:b], phrases[at])
        best = telling(held[a:b], rows[a:b], np.asarray(centres[at], float), MOST_TELLING, boost)
        title = _title(held[a:b], phrases[at], mostly)
        told = tuple(held[a + i] for i in best)
        found.append(Chapter(stretch, title, tuple(phrases[at]), tuple(held[a:b]), told))
    return found


def _stretches(held: Sequence[Memory], ranges: Sequence[tuple[int, int]], span: Span) -> list[Span]:
    """From the first words of each chapter to those of the next, without gaps over the whole span."""
    later = (min(max(held[a].span.start_s, span.start_s), span.end_s) for a, _ in ranges[1:])
    starts = [span.start_s, *later]
    return [Span(start, max(start, end)) for start, end in pairwise([*starts, span.end_s])]


def _starts(
    held: Sequence[Memory], rows: Vectors, weights: Sequence[float], span: Span, most: int
) -> list[int]:
    """Where chapters begin: each new screen of a short recording without words, else where it pays to cut."""
    if any(memory.kind == "speech" for memory in held):
        fewer = max(1, min(most, int(span.duration_s // 60) + 2))
        return group([m.span for m in held], rows, max(15.0, span.duration_s / 40), fewer, weights)
    screens = [0, *(b for a, b in pairwise(range(len(held))) if _gap_s(held[a], held[b]) >= TOGETHER_S)]
    if len(screens) <= most:
        return screens
    return group([m.span for m in held], rows, max(TOGETHER_S, span.duration_s / 40), most, weights)


def _gap_s(before: Memory, after: Memory) -> float:
    return after.span.start_s - before.span.start_s


def _opening(count: int) -> npt.NDArray[np.float64]:
    """A little more for what stands early in a chapter, where its subject is named."""
    return np.asarray(0.08 * np.linspace(1.0, 0.0, count) ** 2, float)


def _naming(part: Sequence[Memory], phrases: Sequence[str]) -> npt.NDArray[np.float64]:
    """A little more for each key phrase that a memory holds."""
    texts = [memory.text.casefold() for memory in part]
    return np.array([NAMING * sum(phrase.casefold() in text for phrase in phrases) for text in texts], float)


def _wording(memory: Memory) -> str:
    return memory.text.replace("\n", " . ") if memory.kind == "screen" else spoken(memory)


def speakers(memories: Sequence[Memory]) -> Counter[str]:
    """Who speaks, by the characters of what they say; nobody where the words carry no names."""
    found: Counter[str] = Counter()
    for memory in memories:
        if memory.kind == "speech" and (name := str(memory.meta.get("speaker", ""))):
            found[name] += len(spoken(memory))
    return found


def _title(part: Sequence[Memory], phrases: Sequence[str], mostly: Counter[str]) -> str:
    """The key phrases, after who speaks where many take turns; for pictures the first line shown."""
    if not any(memory.kind == "speech" for memory in part):
        return heading([memory for memory in part if memory.kind == "screen"]) or _short(part[0].text)
    here, characters = next(iter(speakers(part).most_common(1)), ("", 0))
    alone = characters > 0.5 * sum(len(spoken(memory)) for memory in part)
    who = here if len(mostly) > 3 and alone and characters > 0.6 * mostly[here] else ""
    named = ", ".join(phrases[:TITLE_PHRASES])
    return f"{who}: {named}" if who and named else who or _capital(named) or _short(spoken(part[0]))


def heading(screens: Sequence[Memory]) -> str:
    """The first line on the screen that reads as words: others are all keys and symbols."""
    rows = [_PROMPT.sub("", row.strip()) for memory in screens for row in memory.text.splitlines()[:2]]
    worded = [row for row in rows if _LETTERS.search(row)] or rows
    return _short(max(worded, key=lambda row: 1 - len(_SYMBOL.findall(row)) / len(row))) if worded else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + " …"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
