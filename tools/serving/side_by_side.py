"""Numeric work on all cores: independent pieces side by side, each on one BLAS thread.

A matrix of a few hundred rows is too small to be shared by cores: the threads of one product mostly wait
for each other, spinning, and under load they burn what others need.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

CHOSEN = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Who sets one of these has decided how many threads a product takes."""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(work: Callable[[T], R], pieces: Sequence[T]) -> Iterable[R]:
    """`work` of every piece, in order; with several pieces, as many at a time as there are cores."""
    one_blas_thread()
    if len(pieces) < 2 or cores() < 2:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(min(cores(), len(pieces)), "numeric") as pool:
        return list(pool.map(work, pieces))


@cache
def one_blas_thread() -> None:
    """From here on products of numpy use one thread in this process, unless the environment says otherwise.

    It is not undone after a call: threads that BLAS starts anew spin for longer than a question takes.
    """
    if any(name in os.environ for name in CHOSEN):
        return
    try:
        from threadpoolctl import ThreadpoolController
    except ModuleNotFoundError:
        return
    ThreadpoolController().limit(limits=1, user_api="blas")
