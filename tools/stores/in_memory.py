"""Exact search over vectors held in memory; gone when the process ends, rebuilt by the library."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playhead.tools.protocols import Filter
from playhead.tools.types import Vectors


class InMemoryStore:
    """All pairs are compared: exact, and quick up to some hundred thousand vectors."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Vectors, Mapping[str, Any]]] = {}
        self._matrix: Vectors | None = None
        self._guard = threading.RLock()

    def upsert(self, ids: Sequence[str], vectors: Vectors, fields: Sequence[Mapping[str, Any]]) -> None:
        """Insert or replace; rows of `vectors` belong to `ids` in order."""
        with self._guard:
            for name, vector, values in zip(ids, vectors, fields, strict=True):
                self._rows[name] = (np.asarray(vector, np.float32), dict(values))
            self._matrix = None

    def query(self, vector: Vectors, limit: int, where: Filter) -> list[tuple[str, float]]:
        """(id, cosine similarity), best first."""
        with self._guard:
            names = list(self._rows)
            allowed = [i for i, name in enumerate(names) if allows(where, self._rows[name][1])]
            if not allowed or limit < 1:
                return []
            if self._matrix is None:
                self._matrix = np.stack([row[0] for row in self._rows.values()])
            scores = self._matrix[allowed] @ np.asarray(vector, np.float32)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(names[allowed[i]], float(scores[i])) for i in best]

    def ids(self) -> set[str]:
        return set(self._rows)

    def count(self) -> int:
        return len(self._rows)

    def delete(self, ids: Sequence[str]) -> None:
        with self._guard:
            for name in ids:
                self._rows.pop(name, None)
            self._matrix = None

    def clear(self) -> None:
        with self._guard:
            self._rows.clear()
            self._matrix = None

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
