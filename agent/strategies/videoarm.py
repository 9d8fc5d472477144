"""VideoARM: a loop over a small structured memory; the prompt is built anew each step, with the newest
pictures only.

Yin et al., VideoARM: Agentic Reasoning over Hierarchical Memory for Long-Form Video Understanding (CVPR
2026); code github.com/MILVLG/videoarm. Kept: a memory of scenes, speech and looks (stretch, sentence,
confidence); three tools: a snapshot of 30 to 150 pictures as mosaics of 3 x 2 with their times burned in and
a description, the transcript, a look of at most 50 pictures at 512 pixels; at most ten steps and 240
pictures; the first step must use a tool, a step without one answers, the end is forced. Changed: an equal
step is refused by code; every stretch of a snapshot is described, not the first alone; the confidence of a
look is a field, not the first number in a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.blackboard import Blackboard
from playhead.agent.blocks.places import Place
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render
from playhead.tools.errors import MediaError, ToolError
from playhead.tools.types import PERCEIVED

INFO = Info(
    idea="a loop over a small memory of scenes, speech and looks, with the newest pictures only",
    source="VideoARM, Yin et al. (CVPR 2026), github.com/MILVLG/videoarm",
    claimed="Video-MME long 81.2, LongVideoBench 78.0",
    needs="files",
    uses=("eyes", "speech"),
    instead={"eyes": "what was said, written and noted of each stretch", "speech": "left out"},
    calls="3 to 10, and a look for each inspection",
    most_calls=20,
)
SNAP = (30, 60, 90, 150)
COLUMNS, ROWS, SIDE_PX = 3, 2, 256
LOOK_FRAMES, LOOK_PX = 50, 512
SCENE, SAID, LOOKED = "Scene", "Said and written", "Looked"


@dataclass(frozen=True)
class Settings:
    """What `[strategies.videoarm]` sets."""

    steps: Annotated[int, Field(ge=1, le=40)] = 10
    """Steps, the last of which answers."""
    pictures: Annotated[int, Field(ge=1, le=5000)] = 240
    """Pictures that snapshots and looks may take."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Step:
    thought: Annotated[str, Field(max_length=400)]
    tool: Literal["snapshot", "transcript", "look", "answer"]
    video: int
    start_s: float
    end_s: float
    frames: int
    question: Annotated[str, Field(max_length=400)]
    answer: Annotated[str, Field(max_length=600)]


@dataclass(frozen=True)
class _Scene:
    description: Annotated[str, Field(max_length=1200)]


@dataclass
class _Memory:
    """What the next prompt is built from."""

    board: Blackboard = field(default_factory=lambda: Blackboard((SCENE, SAID, LOOKED)))
    note: str = ""
    pictures: int = 0
    done: set[tuple[str, Place, int, str]] = field(default_factory=set)


async def answer(run: Run) -> Draft:
    """A step at a time from memory and the newest pictures."""
    memory = _Memory()
    for number in range(1, run.settings.steps + 1):
        left = run.settings.pictures - memory.pictures
        steps, board = run.settings.steps - number, memory.board
        task = render("videoarm_step", known=board.told(), note=memory.note, left=steps, pictures=left)
        reply = await run.ask("step", task, _Step, images=board.newest, options=run.options, role="planner")
        if reply is None:
            break
        step, memory.note = reply.value, ""
        if step.tool == "answer":
            if memory.done:
                return await run.answer(step.answer, option=reply.option, confidence=0.7, images=board.newest)
            memory.note = "Use a tool before you answer."
            continue
        place = run.place(step.start_s, step.end_s, step.video)
        if place is None:
            memory.note = f"There is nothing at {step.start_s:g}-{step.end_s:g} s of video {step.video}."
            continue
        frames = min(min(SNAP, key=lambda size: abs(size - step.frames)), max(0, left))
        work = (step.tool, place, frames if step.tool == "snapshot" else 0, step.question)
        if work in memory.done:
            memory.note = "This step was made before: choose another one, or answer."
            continue
        if step.tool != "transcript" and left <= 0:
            memory.note = "No more pictures can be taken: read the transcript, or answer."
            continue
        memory.done.add(work)
        await _done(run, memory, step, place, frames)
    return await run.answer(because="rounds", images=memory.board.newest)


async def _done(run: Run, memory: _Memory, step: _Step, place: Place, frames: int) -> None:
    if step.tool == "transcript" or (step.tool == "snapshot" and not run.eyes):
        kinds = ("speech", "screen") if step.tool == "transcript" else PERCEIVED
        lines = await run.recall([place], step.question or run.question, 8)
        words = (await run.gather([place], kinds))[0].text
        memory.board.add(SAID, f"{place}: {words[:1500] or 'nothing'}")
        run.note("read", place=str(place), lines=len(lines))
    elif step.tool == "snapshot":
        await _snapshot(run, memory, place, frames)
    else:
        count = min(LOOK_FRAMES, run.settings.pictures - memory.pictures)
        seen = await run.look([place], step.question or run.question, count, LOOK_PX)
        memory.pictures += count if run.eyes else 0
        told = seen.answer if seen.can_tell else f"cannot be told. {seen.answer}"
        memory.board.add(LOOKED, f"{place}, asked {step.question!r}: {told} (sure {seen.sure:.2f})")


async def _snapshot(run: Run, memory: _Memory, place: Place, frames: int) -> None:
    """Mosaics of a stretch with a description; they replace the pictures shown before."""
    try:
        shots = await run.pictures([place], frames, SIDE_PX)
    except (ToolError, MediaError) as error:
        memory.note = str(error)
        return
    memory.pictures += len(shots)
    memory.board.newest = run.grid(shots, COLUMNS, ROWS, SIDE_PX)
    task = render("videoarm_scene", place=str(place))
    reply = await run.ask("scene", task, _Scene, images=memory.board.newest)
    words = reply.value.description if reply else ""
    memory.board.add(SCENE, f"{place}: {words or 'not described'}")
    if words:
        await run.saw(place.video, place.span, words)
