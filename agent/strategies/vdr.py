"""VideoDeepResearch: a reasoner that sees no pictures itself has searches, transcripts and a reader work for
it.

Yuan et al., VideoDeepResearch: Long Video Understanding With Agentic Tool Using (2025); code
github.com/yhy-2000/VideoDeepResearch. Kept: several tools a turn, at most 20 turns; the transcript by stretch
and by search, clips by search with a second around them, the coarse overview, and the reader that puts a
question understandable on its own to a stretch; an answer counts only in a turn without calls; what was found
by searching clips must be read before it is evidence. Changed: one prompt for every set (theirs has one a
benchmark); an answer that rests on clips which nobody read has them read before it counts, and what was not
read cannot be cited, by code; an answer is an object (theirs is its first capital).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="a reasoner without eyes searches, and has stretches read by a model that sees",
    source="VideoDeepResearch, Yuan et al. (2025), github.com/yhy-2000/VideoDeepResearch",
    claimed="LVBench 55.5, Video-MME long 76.3, LongVideoBench 70.6",
    uses=("eyes", "speech", "captions"),
    instead={
        "eyes": "clips count as they are remembered",
        "speech": "left out",
        "captions": "what was said, written and noted",
    },
    calls="3 to 20, and one a stretch that is read",
    most_calls=99,
)
TOOLS = ("search_memory", "read_transcript", "overview", "inspect_frames")
A_TURN = 4
WORDS = ("speech", "screen")


@dataclass(frozen=True)
class Settings:
    """What `[strategies.vdr]` sets."""

    turns: Annotated[int, Field(ge=1, le=60)] = 20
    """Turns, the last of which answers."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Tools until a turn needs none."""
    note = ""
    for turn in range(1, run.settings.turns):
        left = run.settings.turns - turn
        move = await run.plan(render("vdr", left=left, note=note, most=A_TURN), TOOLS, A_TURN)
        if move is None:
            break
        if not move.calls:
            draft = await run.answer(move.answer or move.thought, confidence=0.7)
            if not _read_only(run, draft).cites and await _read(run, draft):
                draft = await run.answer(draft.text, confidence=0.7)
            return _read_only(run, draft)
        allowed = run.guard(move.calls, in_a_row=run.settings.turns * A_TURN)
        note = " ".join(allowed.refused)
        if allowed.calls:
            await run.call(*allowed.calls)
    return _read_only(run, await run.answer(because="rounds"))


async def _read(run: Run, draft: Draft) -> bool:
    """Look at what an answer relies on, with a second around it; whether there was anything."""
    items = run.items_of(run.state.evidence(draft.cites))
    places = [run.around(item.place, 1.0, 1.0) for item in items if item.place.video == items[0].place.video]
    return bool(places) and (await run.look(places, run.question)).can_tell


def _read_only(run: Run, draft: Draft) -> Draft:
    """The draft without citations of clips that were found and never read."""
    if not run.eyes:
        return draft
    read = [line for line in run.ledger if line.tool in ("inspect_frames", "look")]
    cites = [
        line.number
        for line in run.state.evidence(draft.cites)
        if line in read
        or line.kind in WORDS
        or any(other.video_id == line.video_id and other.span.intersection_s(line.span) > 0 for other in read)
    ]
    return replace(draft, cites=tuple(cites))
