"""Locks between processes, held on a file and let go by the operating system when the holder dies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from playhead.tools.errors import LibraryError, LibraryLockedError

_RETRY_S = 0.02


@contextlib.contextmanager
def file_lock(
    path: Path,
    timeout_s: float,
    holder: str = "another process",
    progress: Callable[[], object] = lambda: None,
) -> Iterator[None]:
    """Hold the lock on `path`, which is made when missing.

    Not re-entrant: each call opens the file anew, so threads exclude each other too.
    Raises LibraryLockedError after `timeout_s` in which `progress()` stayed the same, for where it changes
    others hold the lock in turn; LibraryError where the file cannot be made.
    """
    lock = FileLock(path, timeout=timeout_s, poll_interval=_RETRY_S, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _acquire(lock, progress)
    except Timeout as error:
        cause = f"{holder} holds {path.name!r} for more than {timeout_s:g} s"
        raise LibraryLockedError(cause, "wait until it has finished, or stop it") from error
    except OSError as error:
        cure = "check the folder's rights and the disk's space"
        raise LibraryError(f"cannot open the lock {str(path)!r}: {error.strerror}", cure) from error
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, progress: Callable[[], object]) -> None:
    while True:
        before = progress()
        try:
            lock.acquire()
            return
        except Timeout:
            if progress() == before:
                raise
