"""LVCoT: chapter by chapter a note toward the question, then the answer from the notes and pictures of the
whole.

TDC-Video, Multimodal Long Video Modeling Based on Temporal Dynamic Context (2025); code
github.com/Hoar012/TDC-Video. Kept: a chain of notes over consecutive parts, 32 pictures each, and an answer
over notes and the whole. As in their paper and against their code the question is given, times are kept and
each part knows the notes before it; four to eight parts instead of two or three. Their gain is a few tenths
of a point: a baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.blackboard import Blackboard
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.watching import Watched
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.tools.types import PERCEIVED

INFO = Info(
    idea="a note a chapter toward the question, then the answer from notes and pictures",
    source="LVCoT in TDC-Video (2025), github.com/Hoar012/TDC-Video",
    claimed="MLVU +0.6, Video-MME -0.1 to +0.3",
    uses=("eyes", "speech"),
    instead={"eyes": "what was said, written and noted of each part", "speech": "left out"},
    calls="6 to 10",
    most_calls=10,
)
PART_S, PARTS = 300.0, (4, 8)
NOTED = "Noted before:"


@dataclass(frozen=True)
class Settings:
    """What `[strategies.thoughts]` sets."""

    parts: Annotated[int, Field(ge=0, le=64)] = 0
    """Parts of the video; 0 for one in five minutes, from four to eight."""
    pictures: Annotated[int, Field(ge=1, le=200)] = 32
    """Pictures of each part, and of the whole."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """A note a part, each knowing those before it; then the whole."""
    notes = Blackboard((NOTED,))
    for part in _parts(run):
        seen = await _watched(run, [part], notes, "note")
        if seen.answer:
            notes.add(NOTED, f"{part}: {seen.answer}")
    last = await _watched(run, list(run.whole()), notes, "watch")
    await run.retrieve([run.question, last.answer], most=8)
    return await run.answer(last.answer, option=last.option, confidence=last.sure)


def _parts(run: Run) -> list[Place]:
    whole = run.whole()
    total_s = sum(place.duration_s for place in whole)
    count = run.settings.parts or min(max(round(total_s / PART_S), PARTS[0]), PARTS[1])
    each = -(-count // max(1, len(whole)))
    return [part for place in whole for part in run.equal(place, each)][: max(count, len(whole))]


async def _watched(run: Run, places: list[Place], notes: Blackboard, purpose: str) -> Watched:
    """The question to these places, beside the notes made before and, without pictures, their words."""
    shots = await run.seen(places, run.settings.pictures, 512)
    words = "" if shots else run.document(await run.gather(places, PERCEIVED))
    known = (part for part in (notes.told(), words) if part)
    return await run.watch(shots, "\n".join(known), purpose=purpose)
