"""Best first: what is still to be opened, what was opened, and how many may be."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Frontier(Generic[T]):
    """Items with scores, each given out once, the best first, of equals the earlier one; `most` in all."""

    def __init__(self, most: int = 1_000_000) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._known: set[T] = set()
        self._most = most
        self.visited: list[T] = []

    def add(self, item: T, score: float) -> bool:
        """Whether it is new: one that was ever added is not added again."""
        if item in self._known:
            return False
        heapq.heappush(self._heap, (-score, len(self._known), item))
        self._known.add(item)
        return True

    def take(self) -> T | None:
        """The best that is left; None when there is none or as many were taken as may be."""
        if not self._heap or len(self.visited) >= self._most:
            return None
        item = heapq.heappop(self._heap)[2]
        self.visited.append(item)
        return item

    def __len__(self) -> int:
        return len(self._heap)
