"""Feature hashing of words and letter groups: no model, no download, the same vectors everywhere.

The fake of the folder, and the fall-back without torch: it matches words that share a stem or most of
their letters, and knows nothing of meaning. Weinberger et al., "Feature Hashing for Large Scale
Multitask Learning", ICML 2009.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np

from playhead.tools.errors import UsageError
from playhead.tools.memory.lexical import content_words
from playhead.tools.types import Vectors
from playhead.tools.words.stems import stem

VERSION = 2
GRAM_LETTERS = 4
GRAM_WEIGHT = 0.35
"""Letter groups forgive spelling and inflection, but must not outweigh whole words."""


class HashingEmbedder:
    """Signed hashing of stems and of letter groups into `dimension` buckets."""

    def __init__(self, dimension: int = 512) -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing:{dimension}@{VERSION}"

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """len(texts) x dimension, unit rows; a text without words gives the first axis."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature, weight in _features(text).items():
                digest = _digest(feature)
                row[(digest >> 1) % self.dimension] += weight if digest & 1 else -weight
            if not row.any():
                row[0] = 1.0
        norms: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / norms


def _features(text: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word, count in Counter(content_words(text)).items():
        tally = 1 + math.log(count)
        root = f"w:{stem(word)}"
        weights[root] = weights.get(root, 0.0) + tally
        for gram in _grams(word):
            weights[gram] = weights.get(gram, 0.0) + GRAM_WEIGHT * tally
    return weights


def _grams(word: str) -> Iterator[str]:
    padded = f"#{word}#"
    if len(padded) > GRAM_LETTERS:
        for start in range(len(padded) - GRAM_LETTERS + 1):
            yield "g:" + padded[start : start + GRAM_LETTERS]


@lru_cache(maxsize=65536)
def _digest(feature: str) -> int:
    return int.from_bytes(blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def create(argument: str = "", **_settings: Any) -> HashingEmbedder:
    """`hashing` or `hashing:DIMENSION` (default 512)."""
    try:
        dimension = int(argument or 512)
    except ValueError:
        dimension = 0
    if dimension < 8:
        raise UsageError(f"{argument!r} is no dimension", "write hashing or hashing:512")
    return HashingEmbedder(dimension)
