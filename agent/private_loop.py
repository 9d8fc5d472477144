"""An event loop of its own in a thread of its own, for everything that one agent does, and the stream of
items that comes out of it.

Chat clients keep connections that belong to the loop they were opened in. Doing all the work in one
private loop makes `ask` usable from scripts and notebooks, `aask` from any loop or several in turn.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import aclosing
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class LoopJob(Generic[T]):
    """Work in another thread's loop. `future` is done when the work has ended, cancelled or not."""

    def __init__(self, work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> None:
        self.future: Future[T] = Future()
        self._work = work
        self._loop = loop
        self._task: asyncio.Task[T] | None = None
        loop.call_soon_threadsafe(self._start)

    def cancel(self) -> None:
        """Ask the work to stop; it may still need time to put things away."""
        self._loop.call_soon_threadsafe(lambda: self._task and self._task.cancel())

    def stop(self) -> None:
        """Cancel what is not done yet, and wait until it has put things away."""
        if not self.future.done():
            self.cancel()
            wait([self.future])

    def _start(self) -> None:
        self._task = self._loop.create_task(self._work)
        self._task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self.future.cancel()
            self.future.set_running_or_notify_cancel()
        elif error := task.exception():
            self.future.set_exception(error)
        else:
            self.future.set_result(task.result())


class PrivateLoop:
    """Started when first needed, ended by `close`. The thread never keeps the interpreter alive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for `work`. An interrupt cancels it and waits until it has put things away."""
        job = self.submit(work)
        try:
            return job.future.result()
        except BaseException:
            job.stop()
            raise

    async def arun(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work` from another loop; cancelling here cancels there."""
        results = [result async for result in self.stream(_once(work))]
        return results[0]

    async def stream(self, items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """The items as they come. Leaving early cancels the work and waits until it has put things away."""
        here = asyncio.get_running_loop()
        boxes: asyncio.Queue[tuple[T, ...]] = asyncio.Queue()
        job = self.pump(items, lambda box: here.call_soon_threadsafe(boxes.put_nowait, box))
        try:
            while box := await boxes.get():
                yield box[0]
            await asyncio.wrap_future(job.future)
        finally:
            if not job.future.done():
                job.cancel()
                await asyncio.wait([asyncio.wrap_future(job.future)])

    def pump(self, items: AsyncGenerator[T, None], put: Callable[[tuple[T, ...]], object]) -> LoopJob[None]:
        """Give `put` every item in a tuple of its own, and at the end an empty one."""

        async def work() -> None:
            async with aclosing(items):
                async for item in items:
                    put((item,))

        job = self.submit(work())
        job.future.add_done_callback(lambda _: put(()))
        return job

    def close(self) -> None:
        """Cancel what still runs and stop the thread; when used again it starts anew."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            wait([LoopJob(_drain(), loop).future])
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> LoopJob[T]:
        """Begin `work` in the loop's thread."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="playhead", daemon=True)
                self._thread.start()
            return LoopJob(work, self._loop)


class Stream(AsyncIterator[T], Generic[T]):
    """Does its work while it is iterated, once; leaving early stops the work.

    `name` is the call that made it, named in the warning that one gives which was never iterated, and
    `instead` the call that needs no loop.
    """

    def __init__(
        self, loop: PrivateLoop, make: Callable[[], AsyncGenerator[T, None]], name: str, instead: str
    ) -> None:
        self._loop = loop
        self._make = make
        self._name, self._instead = name, instead
        self._items: AsyncGenerator[T, None] | None = None

    def __aiter__(self) -> Stream[T]:
        return self

    async def __anext__(self) -> T:
        return await anext(self._begun())

    async def aclose(self) -> None:
        """Stop the work, and wait until it has put things away."""
        await self._begun().aclose()

    def __iter__(self) -> Iterator[T]:
        """The same items for code that is not asynchronous; blocks between them."""
        boxes: queue.SimpleQueue[tuple[T, ...]] = queue.SimpleQueue()
        if self._items is not None:
            raise RuntimeError(f"{self._name} was iterated already")
        self._items = self._make()
        job = self._loop.pump(self._items, boxes.put)
        try:
            while box := boxes.get():
                yield box[0]
            job.future.result()
        finally:
            job.stop()

    def __del__(self) -> None:
        if getattr(self, "_items", None) is None and hasattr(self, "_instead"):
            cause = f"{self._name} does nothing until it is iterated; {self._instead}"
            warnings.warn(cause, RuntimeWarning, stacklevel=2)

    def _begun(self) -> AsyncGenerator[T, None]:
        if self._items is None:
            self._items = self._loop.stream(self._make())
        return self._items


async def _drain() -> None:
    """Cancel every other task of this loop and wait until all have put things away."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


async def _once(work: Coroutine[Any, Any, T]) -> AsyncGenerator[T, None]:
    yield await work
