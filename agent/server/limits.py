"""How much one client may ask for: requests a second, and wrong tokens a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 2000


class Bucket:
    """Each client may do `burst` things at once and `per_s` a second in the long run (token bucket)."""

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> bool:
        """Whether one more is allowed now; it is counted if so."""
        left = self._now(client)
        self._keep(client, left - 1 if left >= 1 else left)
        return left >= 1

    def empty(self, client: str) -> bool:
        """Whether nothing is allowed now."""
        return self._now(client) < 1

    @property
    def wait_s(self) -> int:
        """Seconds after which an empty one allows something again."""
        return max(1, round(1 / self._per_s))

    def _now(self, client: str) -> float:
        left, then_s = self._left.get(client, (float(self._burst), self._clock()))
        return min(float(self._burst), left + (self._clock() - then_s) * self._per_s)

    def _keep(self, client: str, left: float) -> None:
        self._left[client] = (left, self._clock())
        self._left.move_to_end(client)
        while len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
