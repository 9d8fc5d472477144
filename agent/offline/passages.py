"""Passages: the sentences of a corpus, and every stretch of them that is short enough to be an answer.

What is said runs on over the borders of memories, so a stretch may too, until somebody pauses. Lines of a
screen stay within what was shown together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from playhead.agent.offline.corpus import Corpus, Floats, Indices, postings, spoken
from playhead.tools.types import Memory, Vectors
from playhead.tools.words.excerpts import verbatim
from playhead.tools.words.stems import Weights, sentences, terms

MOST_WORDS = 58
"""Words of a passage."""
PAUSE_S = 15.0
"""A longer silence ends a passage."""


@dataclass(frozen=True)
class Passages:
    """`texts`: sentences; `owners`: the memory of each; `first`, `last`: the sentences of each passage."""

    corpus: Corpus
    texts: tuple[str, ...]
    owners: Indices
    vectors: Vectors
    first: Indices
    last: Indices

    @classmethod
    def of(cls, corpus: Corpus) -> Passages:
        memories = corpus.memories
        order = sorted(range(len(memories)), key=lambda i: (memories[i].video_id, memories[i].kind, i))
        pieces = defaultdict(list)
        for row, owner in enumerate(corpus.owners):
            pieces[int(owner)].append(row)
        texts: list[str] = []
        owners: list[int] = []
        rows: list[Vectors] = []
        for index in order:
            parts = sentences(spoken(memories[index])) or [memories[index].text]
            texts += map(verbatim, parts) if memories[index].kind == "speech" else parts
            owners += [index] * len(parts)
            if len(pieces[index]) == len(parts):
                rows += [corpus.pieces[i] for i in pieces[index]]
            elif len(corpus.vectors):
                rows += [corpus.vectors[index]] * len(parts)
        first, last = _stretches(corpus, texts, owners)
        return cls(
            corpus,
            tuple(texts),
            np.array(owners, np.intp),
            np.stack(rows) if rows else np.zeros((len(texts), 1), np.float32),
            first,
            last,
        )

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(terms(text)) for text in self.texts)

    @cached_property
    def weights(self) -> Weights:
        return Weights(self.stems)

    @cached_property
    def postings(self) -> dict[str, Indices]:
        """Stem to the sentences that hold it."""
        return postings(self.stems)

    @cached_property
    def lengths(self) -> Floats:
        return np.array([len(text.split()) for text in self.texts], float)

    @cached_property
    def asking(self) -> Floats:
        """1 for each sentence that is a question."""
        return np.array([text.rstrip("\"'”’ ").endswith(("?", "؟", "？")) for text in self.texts], float)

    @cached_property
    def shown(self) -> Floats:
        return np.array([self.memory(i).kind == "screen" for i in range(len(self.texts))], float)

    @cached_property
    def speakers(self) -> tuple[frozenset[str], ...]:
        """The stems in the name of who says each sentence."""
        return tuple(
            frozenset(terms(str(self.memory(i).meta.get("speaker") or ""))) for i in range(len(self.texts))
        )

    @cached_property
    def heard(self) -> Floats:
        return np.array([self.memory(i).origin == "heard" for i in range(len(self.texts))], float)

    def memory(self, sentence: int) -> Memory:
        return self.corpus.memories[int(self.owners[sentence])]

    def bounds(self, reach: int = 0) -> tuple[Indices, Indices]:
        """First and last sentence of every passage, with so many more on both sides."""
        return np.maximum(self.first - reach, 0), np.minimum(self.last + reach, len(self.texts) - 1)


def _stretches(corpus: Corpus, texts: list[str], owners: list[int]) -> tuple[Indices, Indices]:
    """From every sentence as far as the words allow."""
    lengths, each = np.array([len(text.split()) for text in texts], np.intp), np.arange(len(texts))
    ends = np.cumsum(lengths)
    fitting = np.searchsorted(ends, ends - lengths + MOST_WORDS, side="right") - 1
    apart = [not _joined(corpus, one, two) for one, two in pairwise(owners)]
    stops = np.flatnonzero([*apart, True])
    return each, np.minimum(np.maximum(fitting, each), stops[np.searchsorted(stops, each)])


def _joined(corpus: Corpus, before: int, after: int) -> bool:
    if before == after:
        return True
    one, two = corpus.memories[before], corpus.memories[after]
    same = one.kind == two.kind == "speech" and one.video_id == two.video_id
    return same and two.span.start_s - one.span.end_s <= PAUSE_S


def total(values: Floats, first: Indices, last: Indices) -> Floats:
    """The sum of the values from each first to each last sentence."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(sums[last + 1] - sums[first])


def highest(values: Floats, first: Indices, last: Indices) -> Floats:
    """The largest of the values (or of each row of them) from each first to each last sentence."""
    values = np.asarray(values, float)
    padded = np.concatenate([values, np.full((*values.shape[:-1], 1), -np.inf)], axis=-1)
    bounds = np.stack([first, last + 1], axis=1).ravel()
    return np.asarray(np.maximum.reduceat(padded, bounds, axis=-1)[..., ::2])
