"""Deep Video Discovery: a free loop over browsing, searching and looking, one tool a turn.

Zhang et al., Deep Video Discovery: Agentic Search with Tool Use for Long-form Video Understanding (NeurIPS
2025); code github.com/microsoft/DeepVideoDiscovery. Kept: the three tools (an overview with its people and
things, a search of 16 clips, an inspection of at most 50 pictures), one call a turn, at most 15 turns, the
last of which must answer. Changed: an answer before any picture was inspected is put to the pictures of the
best places once, since without inspection they lose 8 points; a tool called three times in a row is refused
with a note; a reply that is no call is asked for again, never taken for the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from playhead.agent.run import Run
from playhead.agent.state import Draft, ToolCall
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="a free loop over browsing, searching and looking, one tool a turn",
    source="Deep Video Discovery, Zhang et al. (NeurIPS 2025), github.com/microsoft/DeepVideoDiscovery",
    claimed="LVBench 74.2, Video-MME long 67.3, LongVideoBench long 68.6",
    uses=("captions", "eyes", "speech"),
    instead={
        "captions": "what was said, written and noted",
        "eyes": "searching and reading alone, never surer than 0.6",
        "speech": "left out",
    },
    calls="4 to 15, and a look for each inspection",
    most_calls=30,
)
TOOLS = ("overview", "search_memory", "find_entity", "inspect_frames")
HITS, PLACES = 16, 4


@dataclass(frozen=True)
class Settings:
    """What `[strategies.dvd]` sets."""

    turns: Annotated[int, Field(ge=1, le=60)] = 15
    """Turns, the last of which answers."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """A tool a turn until the model answers; looked at before it counts."""
    looked, note = not run.eyes, ""
    for turn in range(1, run.settings.turns):
        move = await run.plan(render("dvd", left=run.settings.turns - turn, note=note), TOOLS)
        if move is None:
            break
        if not move.calls:
            words = move.answer or move.thought
            if looked:
                return await run.answer(words, confidence=0.7)
            looked = True
            note = f"Before answering {words!r} the pictures were asked: {await _checked(run, words)}"
            continue
        allowed = run.guard([_widened(call) for call in move.calls])
        note = " ".join(allowed.refused)
        seen = await run.call(*allowed.calls) if allowed.calls else ()
        looked = looked or any(one.record.call.name == "inspect_frames" and not one.failed for one in seen)
    return await run.answer(because="rounds")


def _widened(call: ToolCall) -> ToolCall:
    """A search brings 16 clips, however many the model asks for."""
    if call.name != "search_memory":
        return call
    return replace(call, arguments={**call.arguments, "limit": HITS})


async def _checked(run: Run, words: str) -> str:
    """What the pictures of the places that speak for an answer say to the question."""
    lines = await run.retrieve([words, run.question], most=PLACES)
    places = [run.around(item.place, 2.0, 2.0) for item in run.items_of(lines)]
    first = [place for place in places if place.video == places[0].video] or list(run.whole()[:1])
    if not first:
        return "there are none"
    look = await run.look(first, run.question)
    return look.answer if look.can_tell else f"they do not show it. {look.answer}"
