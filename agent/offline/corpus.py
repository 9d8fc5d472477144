"""The memories that a question is about, ready to be compared: stems, rarity, vectors, times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from playhead.tools.types import Memory, Vectors
from playhead.tools.words.excerpts import spoken as on_one_line
from playhead.tools.words.sounds import Vocabulary
from playhead.tools.words.stems import Weights, sentences, terms

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to rows of unit length, as an embedder's `embed_texts`."""

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

MOST_PIECES = 400
"""Sentences embedded for one question; about a second on one core the first time, nothing when cached."""

BESIDE = 0.75
"""What a word counts for in the memory next to the one that holds it."""

FAR_S = 1e7
"""Seconds put between two videos of one scope, so that nothing in one is near anything in the other."""


def postings(stems: Sequence[Collection[str]]) -> dict[str, Indices]:
    """Stem to the places that hold it, in ascending order."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, held in enumerate(stems):
        for word in set(held):
            found[word].append(index)
    return {word: np.array(indices, np.intp) for word, indices in found.items()}


def spoken(memory: Memory) -> str:
    """What a memory says, without the name of the speaker in front."""
    return on_one_line(memory) if memory.kind == "speech" else memory.text


@dataclass(frozen=True)
class Corpus:
    """Memories in order of time with what is computed from them once and used by every question.

    `vectors` has one row of unit length a memory, or no rows where nothing was embedded.
    """

    memories: tuple[Memory, ...]
    vectors: Vectors
    pieces: Vectors
    owners: Indices
    """Vectors of the sentences of long memories, one memory after the other, and whose each of them is."""

    @classmethod
    def of(cls, memories: Sequence[Memory], vectors: Vectors | None = None) -> Corpus:
        """Sorted by video and time; raises ValueError when the rows do not match the memories."""
        rows = np.zeros((0, 0), np.float32) if vectors is None else np.asarray(vectors, np.float32)
        if len(rows) not in (0, len(memories)):
            raise ValueError(f"{len(memories)} memories but {len(rows)} vectors")
        keys = [(memory.video_id, memory.span.start_s, memory.span.end_s) for memory in memories]
        order = sorted(range(len(memories)), key=keys.__getitem__)
        rows = rows[order] if len(rows) else rows
        return cls(tuple(memories[i] for i in order), rows, rows[:0], np.zeros(0, np.intp))

    def refined(self, embed: Embed, likeness: Floats | None = None, most: int = MOST_PIECES) -> Corpus:
        """The same memories with the sentences of long ones embedded, the likeliest first, `most` at most.

        A caption of five sentences is a mixture; what answers a question is one of them.
        """
        if not len(self.vectors):
            return self
        order = np.arange(len(self)) if likeness is None else np.argsort(-likeness, kind="stable")
        texts: list[str] = []
        owners: list[int] = []
        for index in order:
            parts = sentences(spoken(self.memories[index]))
            if len(texts) + len(parts) > most:
                break
            if len(parts) > 1:
                texts += parts
                owners += [int(index)] * len(parts)
        return replace(self, pieces=embed(texts), owners=np.array(owners)) if texts else self

    def only(self, indices: Sequence[int]) -> Corpus:
        """The part of the corpus made of these memories, in ascending order."""
        kept = np.isin(self.owners, indices)
        renumbered = np.searchsorted(np.asarray(indices), self.owners[kept])
        rows = self.vectors[list(indices)] if len(self.vectors) else self.vectors
        return Corpus(tuple(self.memories[i] for i in indices), rows, self.pieces[kept], renumbered)

    def __len__(self) -> int:
        return len(self.memories)

    @cached_property
    def stems(self) -> tuple[tuple[str, ...], ...]:
        """The content stems of each memory in order."""
        return tuple(tuple(terms(memory.text)) for memory in self.memories)

    @cached_property
    def weights(self) -> Weights:
        return Weights(self.stems)

    @cached_property
    def postings(self) -> dict[str, Indices]:
        """Stem to the memories that hold it."""
        return postings(self.stems)

    @cached_property
    def heard(self) -> Vocabulary:
        """The words that a recogniser wrote down as it heard them."""
        return Vocabulary.of(memory.text for memory in self.memories if memory.origin == "heard")

    @cached_property
    def starts_s(self) -> Floats:
        return np.asarray(self._offsets + np.array([memory.span.start_s for memory in self.memories]), float)

    @cached_property
    def ends_s(self) -> Floats:
        return np.asarray(self._offsets + np.array([memory.span.end_s for memory in self.memories]), float)

    @cached_property
    def _offsets(self) -> Floats:
        videos = {
            name: number for number, name in enumerate(dict.fromkeys(m.video_id for m in self.memories))
        }
        return FAR_S * np.array([videos[memory.video_id] for memory in self.memories], float)

    @cached_property
    def positions(self) -> Floats:
        """Where the middle of each memory lies in what is known of its video, 0 (start) to 1 (end)."""
        last: dict[str, float] = defaultdict(float)
        for memory in self.memories:
            last[memory.video_id] = max(last[memory.video_id], memory.span.end_s)
        return np.array([m.span.middle_s / (last[m.video_id] or 1.0) for m in self.memories])

    def similarity(self, vectors: Vectors) -> Floats:
        """Memories x rows of `vectors`, cosine; zeros where nothing was embedded."""
        if not len(self.vectors):
            return np.zeros((len(self), len(vectors)))
        return np.asarray(self.vectors @ np.asarray(vectors, np.float32).T, float)

    def closest(self, vectors: Vectors) -> Floats:
        """`similarity`, or that of a memory's closest sentence where it is higher."""
        best = self.similarity(vectors)
        if len(self.pieces):
            alike = np.asarray(self.pieces @ np.asarray(vectors, np.float32).T, float)
            first = np.flatnonzero(np.diff(self.owners, prepend=-1))
            owners = self.owners[first]
            best[owners] = np.maximum(best[owners], np.maximum.reduceat(alike, first))
        return best

    def coverage(self, wanted: Sequence[str]) -> Floats:
        """For each memory the weighted share of `wanted` that it holds itself, 0..1."""
        total = self.weights.mass(wanted)
        held = np.zeros(len(self))
        for word in dict.fromkeys(wanted):
            held[self.postings.get(word, [])] += self.weights[word]
        return held / total if total else held

    def near(self, indices: Indices, reach_s: float) -> Floats:
        """1 at `indices`; elsewhere BESIDE * exp(-gap / reach_s), the gap in seconds to the closest."""
        if not len(indices):
            return np.zeros(len(self))
        before, after = np.full(len(self), -np.inf), np.full(len(self), np.inf)
        before[indices], after[indices] = self.ends_s[indices], self.starts_s[indices]
        gap_back = self.starts_s - np.maximum.accumulate(before)
        gap_on = np.minimum.accumulate(after[::-1])[::-1] - self.ends_s
        beside = BESIDE * np.exp(-np.maximum(0.0, np.minimum(gap_back, gap_on)) / reach_s)
        beside[indices] = 1.0
        return np.asarray(beside, float)

    def term_near(self, word: str, reach_s: float) -> Floats:
        """`near` for the memories that hold a stem."""
        return self.near(self.postings.get(word, np.zeros(0, np.intp)), reach_s)
