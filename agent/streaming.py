"""What `stream` and `index` give back: items as they come, for `async for` and for a plain `for`."""

from __future__ import annotations

import queue
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from concurrent.futures import wait
from contextlib import aclosing
from typing import Generic, TypeVar

from playhead.agent.private_loop import PrivateLoop

T = TypeVar("T")


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
        box: queue.Queue[tuple[T, ...]] = queue.Queue()
        items = self._take()

        async def pump() -> None:
            async with aclosing(items):
                async for item in items:
                    box.put((item,))

        job = self._loop.submit(pump())
        job.future.add_done_callback(lambda _: box.put(()))
        try:
            while found := box.get():
                yield found[0]
            job.future.result()
        finally:
            if not job.future.done():
                job.cancel()
                wait([job.future])

    def __del__(self) -> None:
        if getattr(self, "_items", None) is None and hasattr(self, "_instead"):
            cause = f"{self._name} does nothing until it is iterated; {self._instead}"
            warnings.warn(cause, RuntimeWarning, stacklevel=2)

    def _begun(self) -> AsyncGenerator[T, None]:
        if self._items is None:
            self._items = self._loop.stream(self._make())
        return self._items

    def _take(self) -> AsyncGenerator[T, None]:
        """The work itself, for the loop's own thread."""
        if self._items is not None:
            raise RuntimeError(f"{self._name} was iterated already")
        self._items = self._make()
        return self._items
