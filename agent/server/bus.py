"""Updates for everybody who has the page open: jobs that move, a library that changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from typing import Any

Update = tuple[str, Mapping[str, Any]]
"""A name and what it says."""


class Bus:
    """For one event loop. Who reads slowly gets the latest update of each subject, in their order."""

    def __init__(self) -> None:
        self._readers: set[_Reader] = set()
        self._closed = False

    def publish(self, name: str, subject: str, data: Mapping[str, Any]) -> None:
        for reader in self._readers:
            reader.put(subject, (name, data))

    def close(self) -> None:
        """End what every reader follows."""
        self._closed = True
        for reader in self._readers:
            reader.wake()

    async def follow(self) -> AsyncGenerator[Update, None]:
        """Updates from now on, until the reader leaves."""
        reader = _Reader()
        self._readers.add(reader)
        try:
            while not self._closed:
                if update := await reader.get():
                    yield update
        finally:
            self._readers.discard(reader)


class _Reader:
    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Update] = OrderedDict()
        self._some = asyncio.Event()

    def put(self, subject: str, update: Update) -> None:
        self._waiting[subject] = update
        self._waiting.move_to_end(subject)
        self._some.set()

    def wake(self) -> None:
        self._some.set()

    async def get(self) -> Update | None:
        """The oldest that was not read; None when woken for nothing."""
        if not self._waiting:
            self._some.clear()
            await self._some.wait()
        return self._waiting.popitem(last=False)[1] if self._waiting else None
