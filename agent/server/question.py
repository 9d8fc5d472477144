"""One question that somebody asked the server: as it is stored, and with its events while it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from playhead.agent.request import Request
from playhead.agent.server.payloads import LAST, Payload
from playhead.tools.errors import PlayheadError, UsageError

PASSING = frozenset({"waiting", "indexing", "answering"})
"""Events that the next one of their name makes worthless."""


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """`chat` is the conversation it belongs to, `client` whose turn it takes."""

    run: str
    request: Request
    strategy: str = ""
    client: str = ""
    chat: str = ""

    def to_dict(self) -> dict[str, Any]:
        facts = {"run": self.run, "strategy": self.strategy, "client": self.client, "chat": self.chat}
        return {**facts, "request": self.request.facts()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> StoredQuestion:
        request = Request.from_facts(data["request"])
        return cls(data["run"], request, data["strategy"], data["client"], data["chat"])


class LiveQuestion:
    """A question that is being answered, with its events in order for any number of watchers.

    Those of the past that nobody needs any more are forgotten.
    """

    def __init__(self, stored: StoredQuestion, *, outlasts: bool = False) -> None:
        self.stored, self.run = stored, stored.run
        self.outlasts = outlasts
        """Whether it goes on when the one who asked hangs up: by its key it can be asked for again."""
        self.task: asyncio.Task[None] | None = None
        self.error: PlayheadError | None = None
        """Why it failed."""
        self._events: list[tuple[int, Payload]] = []
        self._count = 0
        self._more = asyncio.Event()

    def publish(self, event: Payload) -> None:
        if self._events and event["event"] in PASSING and self.last["event"] == event["event"]:
            self._events.pop()
        self._count += 1
        self._events.append((self._count, event))
        self._more.set()
        self._more = asyncio.Event()

    @property
    def last(self) -> Payload:
        """The latest event; empty before the first."""
        return self._events[-1][1] if self._events else {}

    @property
    def is_over(self) -> bool:
        """Whether the last event was published."""
        return self.last.get("event") in LAST

    async def follow(self) -> AsyncGenerator[Payload, None]:
        """All events, the last one being answered, failed or cancelled."""
        known = 0
        while True:
            more = self._more
            for number, event in list(self._events):
                if number <= known:
                    continue
                known = number
                yield event
                if event["event"] in LAST:
                    return
            await more.wait()

    def fail(self, error: PlayheadError) -> None:
        self.error = error
        self.publish({"event": "failed", "cause": error.cause, "cure": error.cure})

    def answer(self) -> Mapping[str, Any]:
        """The answer once it was published. Raises the PlayheadError that it failed with."""
        if self.error:
            raise self.error
        if "answer" not in self.last:
            raise UsageError("the question was cancelled", "ask again")
        found: Mapping[str, Any] = self.last["answer"]
        return found
