"""No video at all: what a question and its options give away. The floor every other strategy must beat."""

from __future__ import annotations

from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="no video at all: what the question and its options give away",
    needs="nothing",
    calls="1",
    most_calls=1,
    baseline=True,
)


async def answer(run: Run) -> Draft:
    """One question to the model."""
    return await run.answer(task=render("blind"))
