"""LongVideo-R1: a tree of three levels is walked from the top, and only promising branches are opened.

Qiu et al., LongVideo-R1: Smart Navigation for Low-cost Long Video Understanding (CVPR 2026); code
github.com/qiujihao19/LongVideo-R1. Kept: the width from the length (leaves of some 16 s), all top nodes
described first, 64, 32 and 16 pictures a node at 256, 362 and 512 pixels with what is said there, one tool a
round, a look asks one leaf with 16 pictures. Changed: lower nodes are described when they are asked for, and
the path above a leaf is always described first, by code; a node that does not exist is answered with the
range that does; after `rounds` the answer comes from all that is known (theirs scores a missing answer as A).
Without the authors' reinforcement learning expect less than their figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from playhead.agent.blocks.places import Node
from playhead.agent.blocks.texts import Item
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render
from playhead.tools.types import PERCEIVED

INFO = Info(
    idea="a tree of three levels is walked from the top; only promising branches are opened",
    source="LongVideo-R1, Qiu et al. (CVPR 2026), github.com/qiujihao19/LongVideo-R1",
    claimed="LVBench 50.0, Video-MME long 55.8 (trained)",
    uses=("eyes", "speech"),
    instead={"eyes": "what was said, written and noted of each node", "speech": "left out"},
    calls="4 to 8 for the top of the tree, 2 a round",
    most_calls=26,
)
LEAF_S = 16.0
WIDTHS = (4, 8)
FRAMES, SIDE_PX, WORDS = (64, 32, 16), (256, 362, 512), (300, 300, 200)
LOOK_FRAMES, LOOK_PX = 16, 1024
A_ROUND = 2
"""Model calls of a round; a way that needs more is paid for by the rounds after it."""

Path = tuple[int, tuple[int, ...]]
"""A video and the way to a node of its tree."""


@dataclass(frozen=True)
class Settings:
    """What `[strategies.longvideo_r1]` sets."""

    rounds: Annotated[int, Field(ge=1, le=40)] = 10
    """Descriptions and looks after the top of the tree is known."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Step:
    thought: Annotated[str, Field(max_length=400)]
    tool: Literal["caption", "look", "answer"]
    video: int
    path: Annotated[list[int], Field(max_length=3)]
    question: Annotated[str, Field(max_length=400)]
    answer: Annotated[str, Field(max_length=600)]


async def answer(run: Run) -> Draft:
    """Describe the top, then one description or look a round until the model answers."""
    trees = {place.video: run.tree(place, width(place.duration_s), 3) for place in run.whole()}
    nodes = {(video, node.path): node for video, top in trees.items() for node in top.all() if node.path}
    top = [path for path in nodes if len(path[1]) == 1]
    known: dict[Path, Item] = dict((await run.map(top, lambda path: _described(run, nodes[path]))).done)
    looks: list[str] = []
    note = ""
    left = A_ROUND * run.settings.rounds
    for _ in range(run.settings.rounds):
        if left <= 0:
            break
        told = _told(run, known)
        task = render("longvideo_r1_step", nodes=told, looks=looks, note=note, videos=len(trees))
        reply = await run.ask("step", task, _Step, options=run.options)
        if reply is None or reply.value.tool == "answer":
            if reply:
                sure = 0.7 if looks else 0.5
                await run.recall([known[path].place for path in top], run.question, 1)
                return await run.answer(reply.value.answer, option=reply.option, confidence=sure)
            break
        step, left = reply.value, left - 1
        path: Path = (step.video, tuple(step.path))
        if path not in nodes:
            note = f"There is no node {list(path[1])} in video {path[0]}; {_range(trees)}."
            continue
        new = [way for way in _above(path) if way not in known]
        left -= len(new) + (step.tool == "look" and len(path[1]) == 3)
        if left < 0:
            break
        for way in new:
            known[way] = await _described(run, nodes[way])
        note = "" if new else f"Node {step.path} is described above."
        if step.tool == "look":
            note = "" if len(path[1]) == 3 else "Only nodes with three numbers can be looked at."
            if not note:
                looks.append(await _looked(run, nodes[path], step.question))
    verdict = await run.conclude(list(known.values()), first="\n".join(looks))
    await run.recall([item.place for item in verdict.items], run.question)
    return await run.answer(
        verdict.answer, option=verdict.option, confidence=verdict.sure, because="exhausted"
    )


def width(duration_s: float) -> int:
    """Parts of a node, so that three levels end in leaves of some 16 s."""
    exact = float((duration_s / LEAF_S) ** (1 / 3))
    return min(max(round(exact), WIDTHS[0]), WIDTHS[1])


async def _described(run: Run, node: Node) -> Item:
    """What is shown and said in a node; what is said alone where nobody can look."""
    level = len(node.path) - 1
    (words,) = await run.gather([node.place])
    if not run.eyes:
        return (await run.gather([node.place], PERCEIVED))[0]
    task = render("longvideo_r1_caption", words=words.text[:900], most=WORDS[level])
    seen = await run.look([node.place], task, FRAMES[level], SIDE_PX[level])
    return Item(node.place, seen.answer if seen.can_tell else words.text, seen.can_tell)


async def _looked(run: Run, leaf: Node, question: str) -> str:
    seen = await run.look([leaf.place], question or run.question, LOOK_FRAMES, LOOK_PX)
    return f"Node {list(leaf.path)}, {leaf.place}, asked {question!r}: {seen.answer or 'cannot be told'}"


def _above(path: Path) -> list[Path]:
    """The nodes from the top to this one."""
    video, way = path
    return [(video, way[:level]) for level in range(1, len(way) + 1)]


def _told(run: Run, known: dict[Path, Item]) -> list[tuple[str, str]]:
    listed = sorted(known.items())
    several = len({video for (video, _), _ in listed}) > 1
    return [
        (f"{f'video {video} ' if several else ''}{list(way)}", run.document([item]).partition("] ")[2])
        for (video, way), item in listed
    ]


def _range(trees: dict[int, Node]) -> str:
    return ", ".join(
        f"in video {video} numbers go from 1 to {len(top.parts)}" for video, top in trees.items()
    )
