"""One retrieval, one answer: the baseline of most retrieval-augmented systems. `topk:32` takes 32 hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.run import Run
from playhead.agent.state import Draft, ToolCall
from playhead.agent.strategy import Info

INFO = Info(
    idea="one search with the question, one answer from its hits",
    source="Lewis et al., Retrieval-Augmented Generation (NeurIPS 2020)",
    calls="1",
    most_calls=1,
    model=False,
    baseline=True,
)


@dataclass(frozen=True)
class Settings:
    """What `[strategies.topk]` sets."""

    hits: Annotated[int, Field(ge=1, le=10_000)] = 16
    """Memories that the model is shown."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """One search, one question to the model; without one, what rules find in the hits."""
    hits = run.settings.hits
    search = ToolCall.of("search_memory", query=run.question, limit=hits)
    await run.call(search, limits={"hits": hits})
    return await run.answer() if run.model else await run.quote()
