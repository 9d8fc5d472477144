"""Frames at equal distances shown to the model, nothing looked up: the baseline of plain video models.

`direct:64` shows 64 frames. Each frame is a line of the ledger, so that the model can cite it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render
from playhead.tools.errors import MediaError, ToolError
from playhead.tools.protocols import ImagePart
from playhead.tools.types import Span

INFO = Info(
    idea="frames at equal distances and the question, nothing looked up",
    needs="files",
    uses=("eyes",),
    calls="1",
    most_calls=1,
    baseline=True,
)


@dataclass(frozen=True)
class Settings:
    """What `[strategies.direct]` sets."""

    frames: Annotated[int, Field(ge=1, le=10_000)] = 32
    """Pictures shown to the model."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """One question to the model, beside the frames in the middle of equal parts of what may be known."""
    if not run.context.models["planner"].sees_images:
        return Draft("The model takes no pictures.", found=False, because="no_eyes")
    most = run.settings.frames
    each = max(1, most // max(1, len(run.videos)))
    try:
        shots = [shot for place in run.whole() for shot in await run.pictures([place], each)][:most]
    except (ToolError, MediaError) as error:
        return Draft(f"No frames can be shown: {error}", found=False, because="no_frames")
    parts: list[str | ImagePart] = []
    for shot in shots:
        at = Span(shot.time_s, shot.time_s)
        line = await run.saw(shot.video, at, "the picture at this time", score=0.0)
        parts += [f"[{line.number}]", shot.part]
    return await run.answer(task=render("direct"), images=tuple(parts))
