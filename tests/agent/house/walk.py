"""A strategy from outside the package: asks twice of each of four places, side by side, then answers."""

from __future__ import annotations

from dataclasses import dataclass

from playhead.agent.run import Run
from playhead.agent.state import Draft, ToolCall
from playhead.agent.strategy import Info

INFO = Info(idea="asks twice of every place", calls="9")


@dataclass(frozen=True)
class Settings:
    """What `[strategies.walk]` sets."""

    parallel: int = 1


SETTINGS = Settings


@dataclass(frozen=True)
class Word:
    """What each place is asked for."""

    word: str


async def answer(run: Run) -> Draft:
    """One search and two words a place."""

    async def work(number: int) -> str:
        first = await run.ask("first", f"place {number}", Word)
        await run.call(ToolCall.of("search_memory", query=f"key {number}"))
        second = await run.ask("second", f"place {number}: {first.value.word if first else ''}", Word)
        return second.value.word if second else ""

    words = await run.map(range(4), work, run.settings.parallel)
    run.note("walked", words=[word for _, word in words.done])
    return await run.answer(" ".join(word for _, word in words.done), confidence=0.8)
