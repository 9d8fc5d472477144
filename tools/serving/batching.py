"""A queue before something that works best on batches and must not be entered twice at once.

What arrives while one batch runs becomes the next. One worker thread does all the work, so callers in any
thread or event loop can wait for their own result without disturbing the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Runs `work(items)` on groups of at most `size()` items that are `alike`; results keep their order."""

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result]],
        size: Callable[[], int],
        alike: Callable[[Item], object],
    ) -> None:
        self._work, self._size, self._alike = work, size, alike
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="playhead-model")

    def submit(self, item: Item) -> Future[Result]:
        """The future result; cancelling it before its batch starts takes the item out."""
        future: Future[Result] = Future()
        with self._lock:
            self._waiting.append((item, future))
        self._worker.submit(self._run_next)
        return future

    def run(self, call: Callable[[], None]) -> None:
        """Run `call` in the worker thread, after the batch at work, and wait for it."""
        self._worker.submit(call).result()

    def close(self) -> None:
        """Finish the batch at work and drop the rest."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _run_next(self) -> None:
        batch = self._take()
        if not batch:
            return
        try:
            results = self._work([item for item, _ in batch])
        except Exception as error:
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)

    def _take(self) -> list[tuple[Item, Future[Result]]]:
        with self._lock:
            self._waiting = [(item, future) for item, future in self._waiting if not future.cancelled()]
            if not self._waiting:
                return []
            kind = self._alike(self._waiting[0][0])
            same = [entry for entry in self._waiting if self._alike(entry[0]) == kind][: self._size()]
            batch = [entry for entry in same if entry[1].set_running_or_notify_cancel()]
            taken = {id(entry) for entry in same}
            self._waiting = [entry for entry in self._waiting if id(entry) not in taken]
            return batch
