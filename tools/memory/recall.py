"""Hybrid search: by meaning, by words and, where there are visual vectors, by look; fused by rank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from playhead.tools.memory.fusion import reciprocal_rank
from playhead.tools.memory.memories import Memories
from playhead.tools.memory.vectors import VectorIndex
from playhead.tools.protocols import Filter
from playhead.tools.types import Hit, Memory, Vectors

POOL = 4
"""Each route is asked for this many times the hits wanted, so that fusion sees where they agree."""


@dataclass(frozen=True)
class Recall:
    """Searches one library. `visual` answers texts with pictures, in a space of its own."""

    memories: Memories
    text: VectorIndex
    visual: VectorIndex | None = None

    def search_many(self, queries: Sequence[str], where: Filter, limit: int) -> list[list[Hit]]:
        """One list of hits a query; all queries are embedded in one batch. No words, no hits."""
        worded = [query for query in queries if query.strip()]
        vectors: Iterable[Vectors] = self.text.embedder.embed_texts(worded) if worded else []
        looks = self.visual.embedder.embed_texts(worded) if worded and self.visual else [None] * len(worded)
        rows = zip(worded, vectors, looks, strict=True)
        found = {query: self._search(query, vector, look, where, limit) for query, vector, look in rows}
        return [found.get(query, []) for query in queries]

    def _search(
        self, query: str, vector: Vectors, look: Vectors | None, where: Filter, limit: int
    ) -> list[Hit]:
        pool = POOL * limit
        near = dict(self.text.query(vector, pool, where)) if pool > 0 else {}
        worded = self.memories.search(query, where, pool)
        seen = self._seen(look, pool, where)
        fused = reciprocal_rank([list(near), worded, seen])
        memories = self._allowed(list(fused), where)
        best = [name for name in fused if name in memories][: max(0, limit)]
        ranks = [_ranks(ranking) for ranking in (list(near), worded)]
        cosines = near | self._cosines(vector, [name for name in best if name not in near])
        return [
            Hit(memories[name], fused[name], cosines.get(name), ranks[0].get(name), ranks[1].get(name))
            for name in best
        ]

    def dense(self, query: str | Vectors, where: Filter, limit: int) -> list[Hit]:
        """By meaning alone; score and similarity are the cosine."""
        if isinstance(query, str) and not query.strip():
            return []
        vector = self.text.embedder.embed_texts([query])[0] if isinstance(query, str) else np.ravel(query)
        near = dict(self.text.query(vector, limit, where)) if limit > 0 else {}
        memories = self._allowed(list(near), where)
        hits = (Hit(memories[name], near[name], near[name]) for name in near if name in memories)
        return [replace(hit, dense_rank=rank) for rank, hit in enumerate(hits, start=1)]

    def lexical(self, query: str, where: Filter, limit: int) -> list[Hit]:
        """By words alone; score is 1 / rank."""
        names = self.memories.search(query, where, limit)
        memories = self.memories.by_id(names)
        found = [memories[name] for name in names if name in memories]
        return [Hit(memory, 1 / rank, lexical_rank=rank) for rank, memory in enumerate(found, start=1)]

    def _seen(self, look: Vectors | None, pool: int, where: Filter) -> list[str]:
        if look is None or self.visual is None or pool < 1:
            return []
        return [name for name, _ in self.visual.query(look, pool, where)]

    def _allowed(self, names: Sequence[str], where: Filter) -> dict[str, Memory]:
        """What SQLite still holds of these: a store that lags may name what was removed."""
        return self.memories.by_id(names, where)

    def _cosines(self, vector: Vectors, names: Sequence[str]) -> dict[str, float]:
        stored = self.memories.vectors(self.text.space, names)
        return {name: float(row @ vector) for name, row in stored.items() if row.shape == vector.shape}


def _ranks(ranking: Sequence[str]) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(ranking, start=1)}
