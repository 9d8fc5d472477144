"""What recordings are about as a whole, without a model: extracts with their seconds, nothing invented.

Everything comes from chapters (tools/words/chapters.py), the words that tell each best, and key phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from playhead.agent.offline.corpus import Corpus, Embed, Floats
from playhead.tools.timecode import clock
from playhead.tools.types import Memory, Span, Vectors
from playhead.tools.words.chapters import Chapter, chapters, speakers
from playhead.tools.words.excerpts import (
    ANNOUNCES,
    ANNOUNCING,
    CHATTER,
    MATTERS,
    STEERS,
    marks,
    opened,
    sentences,
    spoken,
    standing,
)
from playhead.tools.words.phrases import key_phrases

CONCLUDING = (
    "The key point is this.",
    "The most important thing to remember is that.",
    "What we found is that this leads to that.",
    "We have had a serious problem here.",
    "This is the big news.",
)
"""How people mark what matters; compared by meaning."""
SUMMING_UP = "Summarise it in a few sentences."
"""What a summary is near where nothing else is asked for: sentences that tell of the whole."""
ANNOUNCED, MARKED = 2.0, 0.5
"""What likeness to how people announce and to other examples counts for, beside likeness to the whole."""
MATTERING = 0.25
"""What a word that marks what matters counts for."""
IDLE, CHATTERING = 0.35, 1.0
"""Likeness to chatter from which on it counts against a sentence, and how much."""
OPENING_SHARE, OPENING_S = 0.1, 60.0
"""The part of a recording, and seconds at least, in which it usually says what it is about."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the memory that it is from."""

    memory: Memory
    text: str
    worth: float = 0.0


@dataclass(frozen=True)
class Speaker:
    """Who speaks, and how much: the share of all words that carry a name, and when first heard."""

    name: str
    share: float
    spoken_s: float
    first_s: float

    def __str__(self) -> str:
        spoken, first = clock(self.spoken_s), clock(self.first_s)
        return f"{self.name}: {self.share:.0%} of the words, {spoken} in all, first at {first}"


@dataclass(frozen=True)
class Survey:
    """One recording looked over. Memories are in order of time, each with a row of `vectors`."""

    memories: tuple[Memory, ...]
    vectors: Vectors
    embed: Embed
    span: Span

    @cached_property
    def chapters(self) -> list[Chapter]:
        return chapters(self.memories, self.vectors, self.embed, self.span)

    @cached_property
    def has_words(self) -> bool:
        return any(memory.kind != "frame" for memory in self.memories)

    @cached_property
    def spoken(self) -> list[int]:
        return [i for i, memory in enumerate(self.memories) if memory.kind == "speech"]

    @cached_property
    def centre(self) -> Floats:
        weights = [min(len(memory.text), 300) for memory in self.memories]
        return np.asarray(np.average(self.vectors, axis=0, weights=weights), float)

    def phrases(self, most: int = 5) -> list[str]:
        """The key phrases of the whole."""
        held = [m for m in self.memories if m.kind != "frame"]
        texts = [spoken(m) if m.kind == "speech" else m.text.replace("\n", " . ") for m in held]
        return key_phrases(
            [texts], self.centre[None, :].astype(np.float32), self.embed, most, speakers(held)
        )[0]

    def announced(self, most: int) -> list[Sentence]:
        """What is said near the beginning about what the recording is about, in order of time."""
        if not self.spoken:
            return []
        until_s = self.span.start_s + max(OPENING_S, OPENING_SHARE * self.span.duration_s)
        early = [i for i in self.spoken if self.memories[i].span.start_s <= until_s] or self.spoken[:1]
        found = self._ranked([self.memories[i] for i in early], self.centre, ANNOUNCING, ANNOUNCED)
        said = [sentence for sentence in found if ANNOUNCES.search(sentence.text)]
        said = said or (found if len(self.chapters) == 1 else found[:1])
        each: dict[str, Sentence] = {}
        for sentence in said:
            each.setdefault(sentence.memory.id, sentence)
        return sorted(list(each.values())[:most], key=lambda sentence: sentence.memory.span)

    def key_moments(self, chapter: Chapter) -> list[Sentence]:
        """What is said in a chapter, the sentences that are most marked as mattering first."""
        marked = [m for m in chapter.memories if m.kind == "speech" and MATTERS.search(m.text)]
        said = tuple(dict.fromkeys((*chapter.telling, *marked)))
        return self._ranked(said, self._centre_of(chapter), CONCLUDING, MARKED, cued=MATTERING)

    def nearest(self, chapter: Chapter, question: str) -> list[Sentence]:
        """What tells a chapter, the sentences that tell most and are near a question first."""
        about = (question or SUMMING_UP,)
        return self._ranked(chapter.telling, self._centre_of(chapter), about, MARKED, cued=MATTERING / 2)

    def _centre_of(self, chapter: Chapter) -> Floats:
        return np.asarray(
            self.vectors[[self._index[memory.id] for memory in chapter.memories]].mean(0), float
        )

    def _ranked(
        self,
        memories: Sequence[Memory],
        centre: Floats,
        examples: Sequence[str],
        marked: float,
        *,
        cued: float = 0.0,
    ) -> list[Sentence]:
        """The sentences of some memories, the best first: like the centre and the examples, standing alone,
        no chatter; `cued` counts for words that mark what matters, and against those that only lead on."""
        found = [Sentence(memory, text) for memory in memories for text in sentences(memory)]
        rows = np.asarray(self.embed([sentence.text for sentence in found]), float)
        alone = np.array([standing(s.text) if s.memory.kind == "speech" else 1.0 for s in found])
        like = alone * (rows @ (centre / (np.linalg.norm(centre) or 1.0)))
        like = like + marked * np.sqrt(alone) * marks(rows, self.embed(examples))
        idle = np.maximum(0.0, marks(rows, self.embed(CHATTER)) - IDLE)
        cues = [bool(MATTERS.search(s.text)) - bool(STEERS.match(opened(s.text))) for s in found]
        worth = like - CHATTERING * idle + cued * np.array(cues, float)
        order = np.argsort(-worth, kind="stable")
        return [replace(found[i], text=opened(found[i].text), worth=float(worth[i])) for i in order]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {memory.id: i for i, memory in enumerate(self.memories)}

    def speakers(self) -> list[Speaker]:
        """Those who are named beside their words, the one who says most first."""
        counts = speakers(self.memories)
        total = sum(counts.values())
        found = []
        for name, characters in counts.most_common():
            theirs = [m.span for m in self.memories if m.meta.get("speaker") == name]
            seconds = sum(span.duration_s for span in theirs)
            found.append(Speaker(name, characters / total, seconds, min(s.start_s for s in theirs)))
        return found


def surveys(corpus: Corpus, embed: Embed) -> list[Survey]:
    """One survey for each recording of the corpus, in its order."""
    rows = corpus.vectors if len(corpus.vectors) else embed([m.text for m in corpus.memories])
    found = []
    for video in dict.fromkeys(memory.video_id for memory in corpus.memories):
        kept = [i for i, memory in enumerate(corpus.memories) if memory.video_id == video]
        held = tuple(corpus.memories[i] for i in kept)
        start_s, end_s = held[0].span.start_s, max(memory.span.end_s for memory in held)
        found.append(Survey(held, np.asarray(rows)[kept], embed, Span(min(start_s, end_s), end_s)))
    return found
