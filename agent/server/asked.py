"""One question that somebody asked the server: as it is stored, and while it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playhead.agent.request import Request
from playhead.agent.server.story import Story
from playhead.tools.errors import PlayheadError, UsageError


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is stored. `chat` is the conversation it belongs to, `client` whose turn it takes."""

    run: str
    request: Request
    strategy: str = ""
    client: str = ""
    chat: str = ""

    def to_dict(self) -> dict[str, Any]:
        facts = {"run": self.run, "strategy": self.strategy, "client": self.client, "chat": self.chat}
        return {**facts, "request": self.request.facts()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Asked:
        request = Request.from_facts(data["request"])
        return cls(data["run"], request, data["strategy"], data["client"], data["chat"])


class Ask(Story):
    """A question that is being answered."""

    def __init__(self, asked: Asked, *, outlasts: bool = False) -> None:
        super().__init__()
        self.asked, self.run = asked, asked.run
        self.outlasts = outlasts
        """Whether it goes on when the one who asked hangs up: by its key it can be asked for again."""
        self.task: asyncio.Task[None] | None = None
        self.error: PlayheadError | None = None
        """Why it failed."""

    def answer(self) -> Mapping[str, Any]:
        """The answer once it was told. Raises the PlayheadError that it failed with."""
        if self.error:
            raise self.error
        if "answer" not in self.last:
            raise UsageError("the question was cancelled", "ask again")
        found: Mapping[str, Any] = self.last["answer"]
        return found
