"""The C library's allocator, told two things it cannot know. Does nothing where it is not glibc."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator
from functools import cache

_M_PERTURB = -6
_FILL = 0xFF
"""glibc fills new blocks with the complement of this byte: with zeros."""


_lock = threading.Lock()
_count = 0


@cache
def _glibc() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None


def trim() -> None:
    """Give freed memory back to the system."""
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


@contextlib.contextmanager
def clean_blocks() -> Iterator[None]:
    """New blocks are filled with zeros while inside, in every thread of the process.

    For libraries that write blocks to disk before they have filled them, as the graph index of Chroma
    does: freed memory is handed out as it is, and may hold words of another video, or a key.
    """
    _inside(+1)
    try:
        yield
    finally:
        _inside(-1)


def _inside(change: int) -> None:
    """Count who is inside; the first one in turns the filling on, the last one out turns it off."""
    global _count
    with _lock:
        _count += change
        if (library := _glibc()) is not None and _count == (change > 0):
            library.mallopt(_M_PERTURB, _FILL if _count else 0)
