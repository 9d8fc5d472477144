"""M3-Agent: search or answer, at most five times, over a memory of clips that knows its people.

Long et al., Seeing, Listening, Remembering, and Reasoning: A Multimodal Agent with Long-Term Memory (ICLR
2026, ByteDance Seed); code github.com/ByteDance-Seed/m3-agent. Kept: at most five turns of thinking and then
searching or answering; a search brings the best two clips that were not seen yet, a question of identity up
to 20 memories; the last turn answers. Changed: clips that were seen are left out before the best two are
taken (theirs cuts first, so that later searches bring nothing); no least likeness (theirs is 0.5, of its own
embedder); a question of identity goes to the register of names; the last turn exists; their models are
trained for this, so expect less of others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft, ToolCall
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="search or answer, at most five times, over clips and the people in them",
    source="M3-Agent, Long et al. (ICLR 2026), github.com/ByteDance-Seed/m3-agent",
    claimed="M3-Bench robot 30.7, web 48.9; Video-MME long 61.8 (trained)",
    uses=("captions", "speech"),
    instead={"captions": "what was said, written and noted of each clip", "speech": "left out"},
    calls="2 to 6, and captions of at most 8 clips",
    most_calls=6,
)
CLIP_S = 30.0
CLIPS = 2
IDENTITY = re.compile(
    r"^\s*(?:who\s+is|(?:what\s+is\s+)?the\s+(?:id|name)\s+of)\s+(?P<name>.+?)\W*$", re.IGNORECASE
)
"""How the system asks for a person; searches of this form are part of its own language."""


@dataclass(frozen=True)
class Settings:
    """What `[strategies.m3]` sets."""

    turns: Annotated[int, Field(ge=1, le=30)] = 5
    """Turns, the last of which answers."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Turn:
    thought: Annotated[str, Field(max_length=500)]
    action: Literal["search", "answer"]
    content: Annotated[str, Field(max_length=600)]


async def answer(run: Run) -> Draft:
    """Search until the model answers."""
    seen: list[Item] = []
    note = ""
    for turn in range(1, run.settings.turns):
        known, left = run.document(seen), run.settings.turns - turn
        task = render("m3", clips=known, left=left, note=note)
        reply = await run.ask("turn", task, _Turn, options=run.options)
        if reply is None:
            break
        if reply.value.action == "answer":
            return await run.answer(reply.value.content, option=reply.option, confidence=0.7)
        if who := IDENTITY.match(reply.value.content):
            (found,) = await run.call(ToolCall.of("find_entity", name=who["name"]))
            note = found.text
            continue
        new = await _clips(run, reply.value.content, [item.place for item in seen])
        note = "" if new else f"Nothing new was found for {reply.value.content!r}."
        seen += new
    verdict = await run.conclude(seen)
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure, because="rounds")


async def _clips(run: Run, query: str, seen: Sequence[Place]) -> list[Item]:
    """The best two clips that hold a hit and were not seen, described."""
    lines = await run.retrieve([query], most=24, exclude=seen)
    clips = dict.fromkeys(run.slot(item.place, CLIP_S) for item in run.items_of(lines))
    new = run.unseen(tuple(clips), seen)[:CLIPS]
    return list(await run.describe(new))
