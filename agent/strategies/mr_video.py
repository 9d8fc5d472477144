"""MR. Video: chunks of scenes say where the answer may be; what they name is looked at, or the whole is
surveyed.

Pang and Wang, MR. Video: MapReduce as an Effective Principle for Long Video Understanding (NeurIPS 2025); no
code. Kept: a map over chunks of 32 scenes (descriptions and a picture of each) that names scenes, their
neighbours taken along; a reduce to at most ten segments and to a local or a global question; 32 pictures a
segment, or one picture of every scene, fewer than 40 a call; a last reduce that merges and counts. Changed:
scenes and characters are those that indexing found; without captions at most `scenes` equal parts are
described; a chunk that fails contributes nothing, and that is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.looking import Look
from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render

INFO = Info(
    idea="a map over all scenes says where to look; looks are merged into one answer",
    source="MR. Video, Pang and Wang (NeurIPS 2025)",
    claimed="LVBench 60.8, LongVideoBench long 61.6, Video-MME long 63.4",
    uses=("captions", "eyes", "speech"),
    instead={
        "captions": "what was said, written and noted of each scene",
        "eyes": "the same",
        "speech": "left out",
    },
    calls="one for 32 scenes, 2, and at most 10 looks",
    most_calls=18,
)
CHUNK = 32
SEGMENTS = 10
LOCAL_FRAMES, GLOBAL_FRAMES = 32, 39


@dataclass(frozen=True)
class Settings:
    """What `[strategies.mr_video]` sets."""

    scenes: Annotated[int, Field(ge=1, le=2000)] = 96
    """Parts that a video without captions is divided into."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Intent:
    reasoning: Annotated[str, Field(max_length=500)]
    numbers: Annotated[list[int], Field(max_length=CHUNK)]
    confidence: float
    characters: Annotated[str, Field(max_length=300)]


@dataclass(frozen=True)
class _Plan:
    kind: Literal["local", "global"]
    numbers: Annotated[list[int], Field(max_length=SEGMENTS)]
    local_question: Annotated[str, Field(max_length=400)]
    global_question: Annotated[str, Field(max_length=400)]


async def answer(run: Run) -> Draft:
    """Map, reduce, look, reduce."""
    scenes = await _scenes(run)
    chunks = [range(start, min(start + CHUNK, len(scenes))) for start in range(0, len(scenes), CHUNK)]
    mapped = await run.map(chunks, lambda chunk: _intent(run, scenes, chunk))
    run.note("intentions", chunks=len(chunks), failed=len(mapped.failed))
    named = [number for _, found in mapped.done if found for number in found[0]]
    hints = [found[1] for _, found in mapped.done if found]
    plan = await _plan(run, scenes, named, hints)
    segments, question = _segments(scenes, plan, named), run.question
    if plan and plan.kind == "local" and segments:
        question = plan.local_question or question
        frames, parts = LOCAL_FRAMES, _each(segments)
    else:
        question = (plan.global_question if plan else "") or question
        frames, parts = GLOBAL_FRAMES, _batches([item.place for item in scenes])
    looks = await run.map(parts, lambda part: run.look(part, question, frames))
    told = _findings(looks.done)
    verdict = await run.conclude(told or scenes, 1, 5, purpose="merge")
    await run.recall([item.place for item in verdict.items], run.question, 2)
    return await run.answer(verdict.answer, option=verdict.option, confidence=verdict.sure)


async def _scenes(run: Run) -> list[Item]:
    """The scenes that indexing described; where it described none, equal parts, described now."""
    places = [scene for place in run.whole() for scene in await run.clips(place, "scene")]
    if (
        all(item.text for item in await run.gather(places, ("caption",)))
        or len(places) <= run.settings.scenes
    ):
        return list(await run.describe(places))
    each = max(1, run.settings.scenes // len(run.whole()))
    return list(await run.describe([part for place in run.whole() for part in run.equal(place, each)]))


async def _intent(run: Run, scenes: Sequence[Item], chunk: range) -> tuple[list[int], str] | None:
    """The scenes of this chunk that may hold the answer, with their neighbours, and why."""
    items = [scenes[index] for index in chunk]
    task = render("mr_video_intent", items=run.document(items))
    found = await run.seen([item.place for item in items], len(items), 384)
    shots = tuple(part for shot in found for part in (f"<{shot.time_s:.1f} s>", shot.part))
    reply = await run.ask("intent", task, _Intent, images=shots)
    if reply is None:
        return None
    hits = [chunk[number - 1] for number in reply.value.numbers if 1 <= number <= len(items)]
    near = sorted({index + step for index in hits for step in (-1, 0, 1) if 0 <= index + step < len(scenes)})
    said = reply.value
    return near, f"{said.reasoning} (sure {said.confidence:g} of 5; who: {said.characters})"


async def _plan(run: Run, scenes: Sequence[Item], named: Sequence[int], hints: Sequence[str]) -> _Plan | None:
    shown = [f"{index + 1}. {scenes[index].place}" for index in dict.fromkeys(named)]
    task = render("mr_video_plan", scenes=shown, hints=hints, most=SEGMENTS)
    reply = await run.ask("plan_looks", task, _Plan)
    return reply.value if reply else None


def _segments(scenes: Sequence[Item], plan: _Plan | None, named: Sequence[int]) -> list[Place]:
    allowed = set(named)
    chosen = [number - 1 for number in plan.numbers if number - 1 in allowed] if plan else []
    return [scenes[index].place for index in dict.fromkeys(chosen or named)][:SEGMENTS]


def _each(places: Sequence[Place]) -> list[tuple[Place, ...]]:
    return [(place,) for place in places]


def _batches(places: Sequence[Place]) -> list[tuple[Place, ...]]:
    """Neighbours of one video, as many as one look shows a picture of each."""
    found: list[list[Place]] = []
    for place in places:
        if not found or len(found[-1]) >= GLOBAL_FRAMES or found[-1][0].video != place.video:
            found.append([])
        found[-1].append(place)
    return [tuple(part) for part in found]


def _findings(looks: Sequence[tuple[tuple[Place, ...], Look]]) -> list[Item]:
    return [
        Item(places[0], look.answer, look.perceived)
        for places, look in looks
        if look.can_tell and look.answer
    ]
