"""What happens to one question, told to any number of watchers, from its beginning on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from playhead.agent.server.told import LAST, Told

PASSING = frozenset({"waiting", "indexing", "answering"})
"""Events that the next one of their name makes worthless."""


class Story:
    """Events in order. Those of the past that nobody needs any more are forgotten."""

    def __init__(self) -> None:
        self._told: list[tuple[int, Told]] = []
        self._count = 0
        self._more = asyncio.Event()

    def tell(self, event: Told) -> None:
        if self._told and event["event"] in PASSING and self._told[-1][1]["event"] == event["event"]:
            self._told.pop()
        self._count += 1
        self._told.append((self._count, event))
        self._more.set()
        self._more = asyncio.Event()

    @property
    def last(self) -> Told:
        """The latest event; empty before the first."""
        return self._told[-1][1] if self._told else {}

    @property
    def is_over(self) -> bool:
        """Whether the last event was told."""
        return self.last.get("event") in LAST

    async def follow(self) -> AsyncGenerator[Told, None]:
        """All events, the last one being answered, failed or cancelled."""
        known = 0
        while True:
            more = self._more
            for number, event in list(self._told):
                if number <= known:
                    continue
                known = number
                yield event
                if event["event"] in LAST:
                    return
            await more.wait()
