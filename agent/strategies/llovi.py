"""LLoVi: what was seen and said, in the order of time, is summarised toward the question, and the summary
answers.

Zhang et al., A Simple LLM Framework for Long-Range Video Question-Answering (EMNLP 2024); code
github.com/CeeZh/LLoVi. Kept: captions of short clips in time order, a summary of at most 500 words that knows
the question, an answer from the summary alone. Changed: at most `clips` clips however long the video is
(theirs are films of three minutes); more words than a prompt holds are summarised in parts first (their
prompt would overflow); replies are objects, so that nothing is parsed out of prose and no option is drawn at
random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="captions in the order of time, summarised toward the question; the summary answers",
    source="LLoVi, Zhang et al. (EMNLP 2024), github.com/CeeZh/LLoVi",
    claimed="EgoSchema-500 57.4 (GPT-3.5), 61.2 (GPT-4)",
    uses=("captions", "speech"),
    instead={"captions": "what was said, written and noted of each clip", "speech": "left out"},
    calls="2 with captions, one more for every 12 k tokens of them",
    most_calls=4,
)
PART_CHARS = 48_000
"""Some 12 k tokens."""


@dataclass(frozen=True)
class Settings:
    """What `[strategies.llovi]` sets."""

    clips: Annotated[int, Field(ge=1, le=2000)] = 60
    """The most clips that are described, over all videos."""
    words: Annotated[int, Field(ge=50, le=2000)] = 500
    """The longest summary."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Summary:
    summary: Annotated[str, Field(max_length=6000)]


async def answer(run: Run) -> Draft:
    """Describe, summarise, conclude."""
    places = run.whole()
    each = max(1, run.settings.clips // max(1, len(places)))
    clips = [clip for place in places for clip in run.equal(place, each)]
    items = [item for item in await run.describe(clips) if item.text]
    parts = _parts(items)
    while len(parts) > 1:
        mapped = await run.map(parts, lambda part: _summarised(run, part))
        shorter = [item for _, items in mapped.done for item in items]
        run.note("summarised in parts", parts=len(parts), failed=len(mapped.failed))
        if len(shorter) >= len(items):
            break
        items, parts = shorter, _parts(shorter)
    known = await _summarised(run, items)
    verdict = await run.conclude(known)
    await run.retrieve([run.question, verdict.answer])
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure)


async def _summarised(run: Run, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items as one summary of the stretch that they cover; themselves when none was given."""
    if not items:
        return ()
    task = render("llovi_summary", items=run.document(items, PART_CHARS), words=run.settings.words)
    reply = await run.ask("summary", task, _Summary)
    if reply is None or not reply.value.summary.strip():
        return tuple(items)
    first, last = min(item.place for item in items), max(item.place for item in items)
    place = run.place(first.start_s, max(first.end_s, last.end_s), first.video) or first
    return (Item(place, reply.value.summary, all(item.seen for item in items)),)


def _parts(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Neighbours of one video together, as many as a prompt holds."""
    parts: list[list[Item]] = []
    room = 0
    for item in items:
        room -= len(item.text)
        if not parts or room < 0 or parts[-1][-1].place.video != item.place.video:
            parts.append([])
            room = PART_CHARS - len(item.text)
        parts[-1].append(item)
    return [tuple(part) for part in parts]
