"""Overviews in words: about, summary, topics, chapters, key moments, speakers; every line with its seconds.

At most 150 words. A question about a part ("summarise how the market works", "what happened after the bang")
is answered from that part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from playhead.agent.followups.nearby import UNNAMED
from playhead.agent.offline.answering import Support
from playhead.agent.offline.corpus import Corpus, Embed
from playhead.agent.overviews.parts import part_of
from playhead.agent.overviews.survey import Sentence, Survey, surveys
from playhead.tools.timecode import clock
from playhead.tools.types import Memory
from playhead.tools.words.chapters import Chapter
from playhead.tools.words.excerpts import cut, quoted

MOST_WORDS = 150
CONFIDENCE = 0.7
"""That an overview is useful: the share that was, of those asked about recordings nothing was fitted on."""
FITS = ((24, 8), (20, 8), (17, 8), (20, 6), (14, 8), (14, 6), (14, 5), (8, 8))
"""Words of a quote and number of lines, tried in this order."""
ON_SCREEN = "Nothing is said in it. On the screen, in order:"
SILENT = "Nothing is said in it, as far as is known."
FEW_WORDS = 14
"""A quote cut to fewer words tells nothing; the title alone tells more."""
NEARLY_BEST, NEARLY_AS_GOOD = 4, 0.3
"""Of the best sentences, those among which one that fits is taken before a better one that must be cut, and
how much less it may be worth."""
LARGE = 0.3
"""What the size of a chapter counts for among key moments."""
FEW_SPEAKERS, UNNAMED_MOST = 4, 0.5
"""Up to so many are told with their seconds; none are told with shares where more utterances lack a name."""
MOST_RECORDINGS = 6

_EACH = re.compile(r"\b(?:each|every|all)\b", re.IGNORECASE)
_SHORT = re.compile(r"\b(?:short|brief\w*|one sentence|tl;?dr|quick\w*|in a nutshell)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line of an overview: what to say, and the memory that it stands on."""

    text: str
    memory: Memory


def respond(kind: str, question: str, corpus: Corpus, embed: Embed) -> Support | None:
    """The overview of a kind (about, summary, topics, chapters, moments, speakers); None when there is none.

    Raises KeyError for another kind.
    """
    write = KINDS[kind]
    corpus = part_of(kind, question, corpus, embed)
    found = surveys(corpus, embed)[:MOST_RECORDINGS]
    if len(found) > 1:
        write = about
    lines = [line for survey in found for line in _fitting(survey, write, question, len(found))]
    if not lines:
        return _unnamed(corpus) if kind == "speakers" and len(corpus) else None
    worded = any(survey.has_words for survey in found)
    text = "\n".join(line.text for line in lines)
    evidence = tuple({line.memory.id: line.memory for line in lines}.values())
    if not worded:
        return Support("", None, False, 0.0, evidence)
    return Support(text, None, True, CONFIDENCE, evidence)


def _unnamed(corpus: Corpus) -> Support:
    """Who speaks, where no words carry names."""
    spoken = [memory for memory in corpus.memories if memory.kind == "speech"]
    return Support(UNNAMED if spoken else SILENT, None, False, 0.0, tuple(spoken[:1]))


Write = Callable[[Survey, str, int, int], list[Line]]


def lines_of(kind: str, survey: Survey) -> list[Line]:
    """The lines of one kind of overview of one recording; `about` without its parts, which are its chapters.

    Raises KeyError for another kind.
    """
    if kind == "about":
        return about(survey, "", FITS[0][0], 0)
    return _fitting(survey, KINDS[kind], "", 1)


def _fitting(survey: Survey, write: Write, question: str, recordings: int) -> list[Line]:
    """As many words a line, then as many lines, as leave the whole within `MOST_WORDS`."""
    lines: list[Line] = []
    for words, most in FITS:
        lines = write(survey, question, words, most)
        if sum(len(line.text.split()) for line in lines) <= MOST_WORDS // recordings:
            return lines
    kept, total = [], 0
    for line in lines:
        total += len(line.text.split())
        if total <= MOST_WORDS // recordings:
            kept.append(line)
    return kept


def about(survey: Survey, question: str, words: int, most: int) -> list[Line]:
    """Key phrases, what is said of the subject, then the parts by their titles."""
    if not survey.spoken:
        return _in_order(survey, chapter_lines(survey, question, words, most))
    said = [_said(sentence, words + 6) for sentence in survey.announced(2)]
    parts = [
        Line(f"{clock(chapter.span.start_s)} {chapter.title}", chapter.telling[0])
        for chapter in _largest(survey, most if len(survey.chapters) > 1 else 0)
    ]
    between = [Line("In parts:", parts[0].memory)] if parts else []
    return [*_head(survey, said), *dict.fromkeys(said), *between, *parts]


def summary(survey: Survey, question: str, words: int, most: int) -> list[Line]:
    """Key phrases, then for each chapter its title and what tells it best; a short one has three."""
    if not survey.spoken:
        return _in_order(survey, chapter_lines(survey, question, words, most))
    most = 3 if _SHORT.search(question) else len(survey.chapters) if _EACH.search(question) else most
    told = [_line(c, survey.nearest(c, question), words) for c in _largest(survey, most)]
    return [*_head(survey, told), *told]


def _largest(survey: Survey, most: int) -> list[Chapter]:
    """The chapters with the most words, in order of time."""
    kept = [chapter for chapter in survey.chapters if chapter.telling]
    largest = sorted(kept, key=lambda chapter: -_words(chapter))
    return sorted({*kept[:1], *largest[: most - 1]}, key=lambda chapter: chapter.span) if most else []


def _words(chapter: Chapter) -> int:
    return sum(len(memory.text.split()) for memory in chapter.memories)


def _line(chapter: Chapter, ranked: Sequence[Sentence], words: int) -> Line:
    """The title of a chapter and its best sentence, rather a whole one; the title alone where little fits."""
    nearly = (s for s in ranked[:NEARLY_BEST] if s.worth >= ranked[0].worth - NEARLY_AS_GOOD)
    best = next((s for s in nearly if len(s.text.split()) <= words), ranked[0])
    if words < FEW_WORDS and len(best.text.split()) > words:
        return Line(f"{clock(chapter.span.start_s)} {chapter.title}", best.memory)
    title = "" if chapter.title in best.text else f"{chapter.title.rsplit(', ', 1)[0]} — "
    return Line(f"{clock(best.memory.span.start_s)} {title}{cut(best.text, words)}", best.memory)


def topics(survey: Survey, question: str, words: int, most: int) -> list[Line]:  # noqa: ARG001
    """The key phrases of each chapter."""
    phrases = 3 if words < 24 else 4
    return [
        Line(f"{clock(c.span.start_s)} {', '.join(c.phrases[:phrases]) or c.title}", c.telling[0])
        for c in survey.chapters
        if c.memories
    ]


def chapter_lines(survey: Survey, question: str, words: int, most: int) -> list[Line]:  # noqa: ARG001
    """The titles of the chapters with their starts, and for pictures what stood there."""
    found = []
    for chapter in survey.chapters:
        if not chapter.memories:
            continue
        first = chapter.telling[0]
        text = quoted(first, words) if first.kind == "screen" and words > 8 else ""
        title = text if chapter.title.rstrip(" …") in text else f"{chapter.title} — {text}".rstrip(" —")
        start_s = chapter.span.start_s if survey.spoken else chapter.memories[0].span.start_s
        found.append(Line(f"{clock(start_s)} {title}", first))
    return found


def moments(survey: Survey, question: str, words: int, most: int) -> list[Line]:
    """What is marked as mattering, one moment a chapter at most."""
    if not survey.spoken:
        return chapter_lines(survey, question, words, most)
    told = [(chapter, survey.key_moments(chapter)) for chapter in survey.chapters if chapter.telling]
    largest = max(map(_words, survey.chapters))

    def stands_out(found: tuple[Chapter, list[Sentence]]) -> float:
        chapter, ranked = found
        usual = float(np.mean([sentence.worth for sentence in ranked]))
        return ranked[0].worth - usual + LARGE * math.sqrt(_words(chapter) / largest)

    best = sorted(told, key=stands_out, reverse=True)[:most]
    return [
        _line(chapter, ranked, words) for chapter, ranked in sorted(best, key=lambda found: found[0].span)
    ]


def speaker_lines(survey: Survey, question: str, words: int, most: int) -> list[Line]:  # noqa: ARG001
    """Who speaks, how much of what is said, and from when on."""
    firsts = {str(m.meta.get("speaker")): m for m in reversed(survey.memories) if m.kind == "speech"}
    found = survey.speakers()
    unnamed = [m for m in survey.memories if m.kind == "speech" and not m.meta.get("speaker")]
    said = len(survey.spoken)
    if found and len(unnamed) > UNNAMED_MOST * said:
        carry = f"Only {said - len(unnamed)} of {said} utterances carry the name of who speaks."
        return [Line(carry, unnamed[0]), *(Line(one.name, firsts[one.name]) for one in found)]
    if len(found) <= FEW_SPEAKERS:
        return [Line(str(one), firsts[one.name]) for one in found]
    lines = [Line(f"{clock(one.first_s)} {one.name}: {one.share:.0%}", firsts[one.name]) for one in found]
    return [Line("First heard at, and share of the words:", lines[0].memory), *lines]


KINDS: dict[str, Write] = {
    "about": about,
    "summary": summary,
    "topics": topics,
    "chapters": chapter_lines,
    "moments": moments,
    "speakers": speaker_lines,
}


def _head(survey: Survey, lines: Sequence[Line]) -> list[Line]:
    phrases = survey.phrases()
    return [Line(f"Mostly about {', '.join(phrases)}.", lines[0].memory)] if phrases and lines else []


def _in_order(survey: Survey, lines: list[Line]) -> list[Line]:
    """The lines of a recording in which nothing is said, told to be that."""
    return [Line(ON_SCREEN, lines[0].memory), *lines] if lines and survey.has_words else lines


def _said(sentence: Sentence, words: int) -> Line:
    return Line(f"{clock(sentence.memory.span.start_s)} {cut(sentence.text, words)}", sentence.memory)
