"""FALCONEye: a text model ranks windows, pictures answer with the probability of their tokens, zoom until
sure.

Plou et al., FALCONEye: Finding Answers and Localizing Content in ONE-hour-long videos with multi-modal LLMs
(WACV 2026); code github.com/cplou99/FALCONEye. Kept: windows of 60 s described; the whole asked first when it
lasts 600 s or less; at most five windows ranked, each looked at with 0.5 to 2 pictures a second; a window of
at most 60 s ends the search above 0.9 for an option, above 0.8 for an open answer that a text check confirms;
of the unsure ones at most three are cut into 60, 20 or 5 s; a dead end begins again with what was not
explored; after 45 looks everything found is judged. Changed: the summary that the ranking reads is the
overview of the video, where there is one; the short last window is kept, the rate falls smoothly with the
length (theirs jumps at 30 s), the limit is tested before every look, at most 50 pictures a look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from playhead.agent.blocks.places import Place
from playhead.agent.blocks.texts import Item
from playhead.agent.blocks.watching import Watched
from playhead.agent.run import Run
from playhead.agent.state import Draft
from playhead.agent.strategy import Info
from playhead.tools.types import PERCEIVED

INFO = Info(
    idea="windows ranked in words, answered in pictures with token confidence, zoomed until sure",
    source="FALCONEye, Plou et al. (WACV 2026), github.com/cplou99/FALCONEye",
    claimed="best on FALCON-Bench; no comparable figure",
    uses=("captions", "eyes", "log-probabilities"),
    instead={
        "captions": "what was said, written and noted of each window",
        "eyes": "the same, never surer than 0.6",
        "log-probabilities": "stated confidence up to 0.8, so that the limit of looks decides",
    },
    calls="at most 45 looks, and some 15 in words",
    most_calls=61,
)
WINDOW_S, WHOLE_S, SHORTEST_S = 60.0, 600.0, 8.0
RANKED, KEPT = 5, 3
SURE_OPTION, SURE_OPEN, CHECKED_BELOW = 0.9, 0.8, 0.1
FRAMES = 50


@dataclass(frozen=True)
class Settings:
    """What `[strategies.falconeye]` sets."""

    looks: Annotated[int, Field(ge=1, le=200)] = 45
    """Looks after which what was found is judged."""


SETTINGS = Settings


async def answer(run: Run) -> Draft:
    """Rank, look, zoom; the first answer that is sure enough ends it."""
    whole = run.whole()
    windows = [window for place in whole for window in run.pieces(place, WINDOW_S)]
    items = await run.describe(windows, "coarse")
    found: list[tuple[Place, Watched]] = []
    short = [place for place in whole if place.duration_s <= WHOLE_S][:1] if len(whole) == 1 else []
    todo = short or await _ranked(run, items, [])
    while todo and len(found) < run.settings.looks:
        unsure: list[tuple[Place, Watched]] = []
        for window in todo[: run.settings.looks - len(found)]:
            seen = await run.watch(
                await run.seen([window], frames(window.duration_s)), await _words(run, window)
            )
            found.append((window, seen))
            if await _enough(run, window, seen):
                return await run.answer(seen.answer, option=seen.option, confidence=seen.sure)
            if window.duration_s > SHORTEST_S:
                unsure.append((window, seen))
        explored = [window for window, _ in found]
        todo = await _zoomed(run, unsure, explored) or await _ranked(run, items, explored)
    return await _judged(run, found)


def frames(duration_s: float) -> int:
    """Pictures of a window: 2 a second up to 5 s, 0.5 from 60 s on, straight between; 2 at least."""
    share = min(max((duration_s - 5.0) / 55.0, 0.0), 1.0)
    return min(FRAMES, max(2, round(duration_s * (2.0 - 1.5 * share))))


async def _words(run: Run, window: Place) -> str:
    if run.eyes:
        return ""
    return run.document(await run.gather([window], PERCEIVED))


async def _enough(run: Run, window: Place, seen: Watched) -> bool:
    if window.duration_s > WINDOW_S or not (seen.answer or seen.option is not None):
        return False
    if run.options:
        return seen.by_tokens and seen.sure > SURE_OPTION
    if seen.sure <= SURE_OPEN - CHECKED_BELOW or not run.eyes:
        return False
    return await run.yes(f"Does what is known answer this: {run.question}", notes=seen.answer) > 0.5


async def _ranked(run: Run, items: Sequence[Item], explored: Sequence[Place]) -> list[Place]:
    done = [place for place in explored if place.duration_s <= WINDOW_S]
    free = set(run.unseen([item.place for item in items], done))
    picked = await run.pick(
        [item for item in items if item.place in free], run.question, RANKED, purpose="rank"
    )
    return [item.place for item in picked.items]


async def _zoomed(
    run: Run, unsure: Sequence[tuple[Place, Watched]], explored: Sequence[Place]
) -> list[Place]:
    """The parts of at most three unsure windows."""
    told = [Item(place, f"{seen.answer} (sure {seen.sure:.2f})", seen=True) for place, seen in unsure]
    picked = await run.pick(told, run.question, KEPT, purpose="zoom")
    parts: list[Place] = []
    for item in picked.items:
        length_s = item.place.duration_s
        parts += run.pieces(item.place, 60.0 if length_s > 120 else 20.0 if length_s > 20 else 5.0)
    return [part for part in parts if part not in explored]


async def _judged(run: Run, found: Sequence[tuple[Place, Watched]]) -> Draft:
    told = [
        Item(place, f"{_chosen(run, seen)} (sure {seen.sure:.2f})", seen=True)
        for place, seen in found
        if seen.answer or seen.option is not None
    ]
    verdict = await run.conclude(told)
    await run.recall([item.place for item in verdict.items], run.question, 2)
    return await run.answer(
        verdict.answer, option=verdict.option, confidence=verdict.sure, because="exhausted"
    )


def _chosen(run: Run, seen: Watched) -> str:
    return seen.answer or (run.options[seen.option] if seen.option is not None else "")
