"""TimeSearch: the model names windows of what it sees, judges them by the probability of a yes, best first.

TimeSearch / ZoomV, Hierarchical Video Search with Spotlight and Reflection for Human-like Long Video
Understanding (arXiv 2504.01407); no code. Kept: 32 pictures with their times over the whole, at most five
windows named; P(yes) that a window is the right one, or that an option is right in it; the best is opened
further until 0.9 or six looks. Choices of ours: quarters where none is named, windows under 8 s are not
opened, the answer from at most 50 pictures of the best windows. Their model is trained to bind times; expect
less of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.frontier import Frontier
from playhead.agent.blocks.looking import Shot
from playhead.agent.blocks.places import Place
from playhead.agent.loop.asking import Pictures
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.prompts import render
from playhead.tools.types import PERCEIVED

INFO = Info(
    idea="windows are named from pictures, judged by the probability of a yes, and opened best first",
    source="TimeSearch / ZoomV (arXiv 2504.01407)",
    claimed="LVBench 51.5 (trained)",
    needs="files",
    uses=("eyes", "log-probabilities"),
    instead={
        "eyes": "what was said, written and noted of each window",
        "log-probabilities": "stated confidence up to 0.8, so that all six looks are taken",
    },
    calls="8 to 36",
    most_calls=38,
)
FRAMES, JUDGED, LAST = 32, 8, 50
SIDE_PX = 384
STOP, LEAF_S, BEST = 0.9, 8.0, 3


@dataclass(frozen=True)
class Settings:
    """What `[strategies.timesearch]` sets."""

    looks: Annotated[int, Field(ge=1, le=60)] = 6
    """Windows that are opened."""


SETTINGS = Settings


@dataclass(frozen=True)
class _Windows:
    reason: Annotated[str, Field(max_length=300)]
    windows: Annotated[list[Annotated[list[float], Field(min_length=2, max_length=2)]], Field(max_length=5)]


async def answer(run: Run) -> Draft:
    """Open the best window until one is sure, then answer from the best."""
    frontier: Frontier[Place] = Frontier(run.settings.looks)
    scores: dict[Place, float] = {}
    for whole in run.whole():
        frontier.add(whole, 0.5)
    while (place := frontier.take()) is not None:
        windows = await _named(run, place)
        judged = await run.map([w for w in windows if w not in scores], lambda window: _judged(run, window))
        for window, probability in judged.done:
            scores[window] = probability
            if window.duration_s >= LEAF_S:
                frontier.add(window, probability)
        run.note("opened", place=str(place), windows={str(w): round(p, 2) for w, p in judged.done})
        if max(scores.values(), default=0.0) >= STOP:
            break
    best = sorted(scores, key=lambda window: (-scores[window], window))[:BEST] or list(run.whole()[:1])
    shots = await run.seen(best, LAST)
    notes = "" if shots else await _words(run, best)
    seen = await run.watch(shots, notes)
    await run.recall(best, run.question, 2)
    return await run.answer(seen.answer, option=seen.option, confidence=seen.sure)


async def _named(run: Run, place: Place) -> list[Place]:
    """The windows that the model names in a place; its quarters when it names none."""
    shots = await run.seen([place], FRAMES, SIDE_PX)
    notes = "" if shots else await _words(run, run.equal(place, 16))
    task = render("timesearch_windows", place=str(place), notes=notes)
    reply = await run.ask("windows", task, _Windows, images=_timed(shots))
    named = [run.place(low, high, place.video) for low, high in reply.value.windows] if reply else []
    inside = [w for w in named if w and w.duration_s > 0 and w.overlaps(place) and w != place]
    return list(dict.fromkeys(inside)) or list(run.equal(place, 4))


async def _judged(run: Run, window: Place) -> float:
    """P(yes): the window is the right one or, with options, the best of them is right in it."""
    shots = await run.seen([window], JUDGED, SIDE_PX)
    notes = "" if shots else await _words(run, [window])
    if run.options:
        return (await run.choose(run.question, run.options, _timed(shots), notes)).sure
    question = f"Do these show what answers the question: {run.question}"
    return await run.yes(question, _timed(shots), notes or ("" if shots else "nothing is known of it"))


async def _words(run: Run, places: list[Place] | tuple[Place, ...]) -> str:
    return run.document(await run.gather(places, PERCEIVED), 12_000)


def _timed(shots: tuple[Shot, ...]) -> Pictures:
    return tuple(part for shot in shots for part in (f"<{shot.time_s:.1f} s>", shot.part))
