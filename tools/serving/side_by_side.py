"""Numeric work on all cores: independent pieces side by side, each on one BLAS thread.

A matrix of a few hundred rows is too small to be shared by cores: the threads of one product mostly wait
for each other, and under load they burn what others need.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(work: Callable[[T], R], pieces: Sequence[T]) -> Iterable[R]:
    """`work` of every piece, in order; with several pieces, as many at a time as there are cores."""
    with single_threaded_blas():
        if len(pieces) < 2 or cores() < 2:
            return [work(piece) for piece in pieces]
        with ThreadPoolExecutor(min(cores(), len(pieces)), "numeric") as pool:
            return list(pool.map(work, pieces))


_guard = threading.Lock()
_inside = 0
_limit: Any = None


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Inside, products of numpy use one thread; the first to enter sets it, the last to leave undoes it."""
    global _inside, _limit
    with _guard:
        _inside += 1
        if _inside == 1:
            _limit = _limited()
    try:
        yield
    finally:
        with _guard:
            _inside -= 1
            if _inside == 0 and _limit is not None:
                _limit.restore_original_limits()
                _limit = None


_controller: Any = None


def _limited() -> Any:
    """None without threadpoolctl: then BLAS does as the environment says."""
    global _controller
    try:
        from threadpoolctl import ThreadpoolController
    except ModuleNotFoundError:
        return None
    _controller = _controller or ThreadpoolController()
    return _controller.limit(limits=1, user_api="blas")
