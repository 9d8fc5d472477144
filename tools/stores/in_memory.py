"""Exact search over vectors held in memory; gone when the process ends, rebuilt by the library."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playhead.tools.protocols import Filter
from playhead.tools.types import Vectors


@dataclass
class _Shelf:
    """The vectors of one video; the matrix is made when first searched."""

    rows: dict[str, tuple[Vectors, Mapping[str, Any]]] = field(default_factory=dict)
    matrix: Vectors | None = None

    def scores(self, vector: Vectors, where: Filter) -> list[tuple[str, float]]:
        """(id, cosine similarity) of what the filter allows, in order of insertion."""
        rows = enumerate(self.rows.items())
        allowed = [(place, name) for place, (name, (_, fields)) in rows if allows(where, fields)]
        if not allowed:
            return []
        if self.matrix is None:
            self.matrix = np.stack([row for row, _ in self.rows.values()])
        found = (self.matrix @ vector)[[place for place, _ in allowed]]
        return [(name, float(score)) for (_, name), score in zip(allowed, found, strict=True)]


class InMemoryStore:
    """All pairs are compared: exact, and quick up to some hundred thousand vectors; quicker within videos."""

    def __init__(self) -> None:
        self._shelves: dict[str, _Shelf] = {}
        self._video: dict[str, str] = {}
        self._guard = threading.RLock()

    def upsert(self, ids: Sequence[str], vectors: Vectors, fields: Sequence[Mapping[str, Any]]) -> None:
        """Insert or replace; rows of `vectors` belong to `ids` in order."""
        with self._guard:
            for name, vector, values in zip(ids, vectors, fields, strict=True):
                if self._video.get(name, values["video_id"]) != values["video_id"]:
                    self.delete([name])
                shelf = self._shelves.setdefault(values["video_id"], _Shelf())
                shelf.rows[name] = (np.asarray(vector, np.float32), dict(values))
                shelf.matrix = None
                self._video[name] = values["video_id"]

    def query(self, vector: Vectors, limit: int, where: Filter) -> list[tuple[str, float]]:
        """(id, cosine similarity), best first; equal ones in order of insertion."""
        with self._guard:
            wanted = dict.fromkeys(where.video_ids) or self._shelves
            shelves = [self._shelves[video_id] for video_id in wanted if video_id in self._shelves]
            query = np.asarray(vector, np.float32)
            scored = [pair for shelf in shelves for pair in shelf.scores(query, where)]
        return sorted(scored, key=lambda pair: -pair[1])[: max(0, limit)]

    def ids(self) -> set[str]:
        return set(self._video)

    def count(self) -> int:
        return len(self._video)

    def delete(self, ids: Sequence[str]) -> None:
        with self._guard:
            for name in ids:
                if (video_id := self._video.pop(name, None)) is not None:
                    shelf = self._shelves[video_id]
                    shelf.rows.pop(name, None)
                    shelf.matrix = None

    def clear(self) -> None:
        with self._guard:
            self._shelves.clear()
            self._video.clear()

    def close(self) -> None:
        self.clear()


def allows(where: Filter, fields: Mapping[str, Any]) -> bool:
    """Whether a memory with these fields may be returned under the filter."""
    start_s, end_s = fields["start_s"], fields["end_s"]
    return (
        (not where.video_ids or fields["video_id"] in where.video_ids)
        and (not where.kinds or fields["kind"] in where.kinds)
        and (not where.levels or fields["level"] in where.levels)
        and (where.start_s is None or end_s >= where.start_s)
        and (where.end_s is None or start_s <= where.end_s)
        and (where.before_s is None or end_s <= where.before_s)
    )


def create(_argument: str = "", **_settings: Any) -> InMemoryStore:
    """`in_memory`; it takes no argument, and ignores the settings meant for stores on disk."""
    return InMemoryStore()
