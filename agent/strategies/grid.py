"""IG-VLM: six pictures of the video in one image, and one question.

Kim et al., An Image Grid Can Be Worth a Video: Zero-shot Video Question Answering Using a VLM (2024); code
github.com/imagegridworth/IG-VLM. Kept: six pictures in a grid of two by three, one call. Changed: pictures
from the middle of six equal parts (theirs never see the end); the time of each is burned in, so that it can
be cited. Made for short videos: a baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info

INFO = Info(
    idea="six pictures of the video in one image, and one question",
    source="IG-VLM, Kim et al. (2024), github.com/imagegridworth/IG-VLM",
    claimed="best on 9 of 10 short sets",
    needs="files",
    uses=("eyes",),
    instead={"eyes": "what was said, written and noted, never surer than 0.6"},
    calls="2",
    most_calls=2,
)


@dataclass(frozen=True)
class Settings:
    """What `[strategies.grid]` sets."""

    pictures: Annotated[int, Field(ge=1, le=64)] = 6
    """Pictures in the grid of a video."""
    columns: Annotated[int, Field(ge=1, le=8)] = 3


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """One look at one grid a video."""
    count, columns = run.settings.pictures, run.settings.columns
    shots = [await run.seen([place], count, 512) for place in run.whole()[:8]]
    grids = [grid for part in shots if part for grid in run.grid(part, columns, -(-count // columns), 512)]
    notes = "" if grids else run.document(await run.gather(run.whole()[:8], ("speech", "screen", "caption")))
    seen = await run.watch([shot for part in shots for shot in part], notes, images=grids)
    if not grids:
        await run.retrieve([run.question, seen.answer])
    return await run.answer(seen.answer, option=seen.option, confidence=seen.sure)
