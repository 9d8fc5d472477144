"""Locks between processes, held on a file and let go by the operating system when the holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playhead.tools.errors import LibraryError, LibraryLockedError

_RETRY_S = 0.02

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def file_lock(path: Path, timeout_s: float, holder: str = "another process") -> Iterator[int]:
    """Hold the lock on `path` (made when missing) and yield the open file's handle.

    Not re-entrant: each call opens the file anew, so threads exclude each other too.
    Raises LibraryLockedError after `timeout_s`.
    """
    handle = _open(path)
    try:
        _wait(handle, path, timeout_s, holder)
        yield handle
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        cure = "check the folder's rights and the disk's space"
        raise LibraryError(f"cannot open the lock {str(path)!r}: {error.strerror}", cure) from error


def _wait(handle: int, path: Path, timeout_s: float, holder: str) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return _try_lock(handle)
        except OSError as error:
            if time.monotonic() >= deadline:
                cause = f"{holder} holds {path.name!r} for more than {timeout_s:g} s"
                raise LibraryLockedError(cause, "wait until it has finished, or stop it") from error
        time.sleep(_RETRY_S)
